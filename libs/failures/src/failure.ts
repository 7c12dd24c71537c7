import { type FailureKind, failures, type grpcCodes } from './table.ts';

/** Sentences about what is wrong, by the name of the field they are about. */
export type FieldProblems = Readonly<Record<string, readonly string[]>>;

interface FailureParts {
  /** A sentence for the owner in place of the table's. It must hold no internal detail. */
  says?: string;
  /** What is wrong with which field. */
  fields?: FieldProblems;
  /** When to try again, in seconds. */
  retryAfterS?: number;
  /** For the log, never for the owner. */
  cause?: unknown;
}

/** The one error class: a kind of the table, a public sentence, and a cause for the log. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly fields: FieldProblems | undefined;
  readonly retryAfterS: number | undefined;

  constructor(kind: FailureKind, { says, fields, retryAfterS, cause }: FailureParts = {}) {
    super(says ?? failures[kind].says, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.fields = fields;
    this.retryAfterS = retryAfterS;
  }

  /** The stable public code: the kind in upper case. */
  get code(): string {
    return this.kind.toUpperCase();
  }

  get httpStatus(): number {
    return failures[this.kind].http;
  }

  get grpcCode(): keyof typeof grpcCodes {
    return failures[this.kind].grpc;
  }

  get retryable(): boolean {
    return failures[this.kind].retryable;
  }

  /** Any thrown thing as a Failure: itself if it is one, else `internal` with the thing as its cause. */
  static from(thrown: unknown): Failure {
    return thrown instanceof Failure ? thrown : new Failure('internal', { cause: thrown });
  }
}

/** Whether a string that came over a wire names a kind of the table. */
export function isFailureKind(name: string): name is FailureKind {
  return Object.hasOwn(failures, name);
}
