import { Failure, type FailureKind, type FieldProblems } from '@shotwire/failures';

/** Fields of which is said what is wrong: thousands of rows can be wrong in the same way. */
const mostFields = 50;

/** What was found to be wrong with a batch, row by row. */
export interface Problems {
  /** Keeps what is wrong, as far as there is room; `name` says what the client calls a field. */
  add(fields: FieldProblems, name?: (field: string) => string): void;
  /** Does something that may fail for some fields, and keeps these. Undefined where it failed; other failures are thrown. */
  keep<T>(act: () => T, name?: (field: string) => string): T | undefined;
  /** All that is kept. */
  readonly fields: FieldProblems;
  readonly isEmpty: boolean;
  /** Whether more would not be told. */
  readonly isFull: boolean;
  /** Failure `validation_error` when anything was wrong, or the only kind that was found. */
  refuse(): void;
}

/** Opens with what is known to be wrong. */
export function collectProblems(known: FieldProblems): Problems {
  const found = new Map<string, readonly string[]>();
  const kinds = new Set<FailureKind>();
  let says = '';

  function add(fields: FieldProblems, name = (field: string) => field, kind: FailureKind = 'validation_error'): void {
    for (const [field, sentences] of Object.entries(fields)) {
      if (found.size === mostFields) return;
      const named = name(field);
      if (!found.has(named)) found.set(named, sentences);
      kinds.add(kind);
    }
  }
  add(known);

  return {
    add,
    keep(act, name) {
      try {
        return act();
      } catch (thrown) {
        const failure = Failure.from(thrown);
        if (failure.kind === 'domain_not_allowed') says = failure.message;
        else if (!failure.fields) throw thrown;
        add(failure.fields ?? { url: [failure.message] }, name, failure.kind);
        return undefined;
      }
    },
    get fields() {
      return Object.fromEntries(found);
    },
    get isEmpty() {
      return found.size === 0;
    },
    get isFull() {
      return found.size === mostFields;
    },
    refuse() {
      if (found.size === 0) return;
      const [kind = 'validation_error', other] = kinds;
      const fields = Object.fromEntries(found);
      if (other !== undefined) throw new Failure('validation_error', { fields });
      throw new Failure(kind, { fields, ...(says !== '' && { says }) });
    },
  };
}
