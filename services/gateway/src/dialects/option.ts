import type { FieldProblems } from '@shotwire/failures';
import type { Reader } from './read.ts';

/** Something in the making: a wish in the names of the native API, or how it is to be answered. */
export type Draft = Record<string, unknown>;

/** What a request says, by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** One of their options, in ours. */
export interface Option {
  /** The fields of ours that it is put into: what is wrong with them is said of it. */
  ours: readonly string[];
  /** Reads what was sent and writes it into the draft; what it must be, where it is not. */
  take: (sent: unknown, draft: Draft) => string | undefined;
}

/** Their options by their names, in the order in which they are read. */
export type Options = Readonly<Record<string, Option>>;

/** An option that is a field of ours; `pdf.paper` is one inside another. */
export function same(ours: string, read: Reader<unknown>): Option {
  return as(ours, read, (value) => value);
}

/** An option that is a field of ours, whose values are called otherwise. */
export function as<T>(ours: string, read: Reader<T>, turn: (value: T) => unknown): Option {
  const [root = '', inner] = ours.split('.');
  return put([ours], read, (value, draft) => {
    draft[root] = inner === undefined ? turn(value) : { ...(draft[root] as object), [inner]: turn(value) };
  });
}

/** An option that is put differently. */
export function put<T>(ours: readonly string[], read: Reader<T>, write: (value: T, draft: Draft) => string | undefined): Option {
  return {
    ours,
    take: (sent, draft) => {
      const got = read(sent);
      return 'problem' in got ? got.problem : write(got.value, draft);
    },
  };
}

/** An option that adds to a list of ours. */
export function add<T>(ours: string, read: Reader<T>, entriesOf: (value: T) => readonly unknown[]): Option {
  return put([ours], read, (value, draft) => {
    draft[ours] = [...((draft[ours] as unknown[] | undefined) ?? []), ...entriesOf(value)];
  });
}

/** An option that changes nothing here, whatever it says. */
export function idle(read: Reader<unknown>): Option {
  return put([], read, () => {});
}

/** An option that asks for nothing as long as it has one of some values. */
export function only(values: readonly (string | boolean)[], problem = 'is not supported by Shotwire'): Option {
  const allowed = values.map(String);
  return { ours: [], take: (sent) => (allowed.includes(String(sent).toLowerCase()) ? undefined : problem) };
}

/** Options that ask for nothing as long as they are off. */
export function off<const N extends string>(...names: readonly N[]): Record<N, Option> {
  return Object.fromEntries(names.map((name) => [name, only([false, '0'])])) as Record<N, Option>;
}

/** Parameters as drafts, one for each table of options; one that is in no table is refused by its name. */
export function translate(parameters: Parameters, ...tables: readonly Options[]): { drafts: Draft[]; problems: FieldProblems } {
  const problems = new Map<string, string[]>();
  const drafts = tables.map((options) => {
    const draft: Draft = {};
    for (const [name, { take }] of Object.entries(options)) {
      const problem = Object.hasOwn(parameters, name) ? take(parameters[name], draft) : undefined;
      if (problem !== undefined) problems.set(name, [problem]);
    }
    return draft;
  });
  const unknown = Object.keys(parameters).filter((name) => !tables.some((options) => Object.hasOwn(options, name)));
  for (const name of unknown.slice(0, mostUnknown)) problems.set(name.slice(0, 100), ['is not supported by Shotwire']);
  return { drafts, problems: Object.fromEntries(problems) };
}

/** A body of 8 MiB can hold a hundred thousand. */
const mostUnknown = 50;
