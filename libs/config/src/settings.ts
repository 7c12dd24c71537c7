/** One row of a settings table: what an environment variable means and how its text is read. */
export interface Setting<T> {
  readonly env: string;
  /** What counts when the variable is absent or empty, as text; undefined when it must be given. */
  readonly fallback: string | undefined;
  /** One sentence for the settings table of the README. */
  readonly says: string;
  /** Secrets are never printed, and may be given as a file. */
  readonly secret: boolean;
  /** What the text may be, in words, for the error. */
  readonly allowed: string;
  /** The value, or undefined when the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
}

/** A settings table: property name → row. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The frozen object a table becomes. */
export type Config<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

interface Row {
  /** Absent: the variable must be given. */
  default?: string | number | boolean;
  says: string;
  secret?: boolean;
}

function row<T>(env: string, given: Row, allowed: string, parse: (text: string) => T | undefined): Setting<T> {
  const fallback = given.default === undefined ? undefined : String(given.default);
  return { env, fallback, says: given.says, secret: given.secret ?? false, allowed, parse };
}

/** Any text. */
export function text(env: string, given: Row): Setting<string> {
  return row(env, given, 'a text', (value) => value);
}

/** A whole number within bounds, both included. */
export function integer(env: string, given: Row & { min: number; max: number }): Setting<number> {
  return row(env, given, `a whole number from ${given.min} to ${given.max}`, (value) => {
    const number = Number(value);
    return Number.isInteger(number) && number >= given.min && number <= given.max ? number : undefined;
  });
}

/** `1`, `true` or `yes`; `0`, `false` or `no`. */
export function flag(env: string, given: Row): Setting<boolean> {
  const words: Record<string, boolean> = { 1: true, true: true, yes: true, 0: false, false: false, no: false };
  return row(env, given, '1 or 0', (value) => words[value.toLowerCase()]);
}

/** One of a few words. */
export function oneOf<const W extends string>(env: string, words: readonly W[], given: Row): Setting<W> {
  return row(env, given, `one of ${words.join(', ')}`, (value) => words.find((word) => word === value));
}

/** An absolute URL of one of the given schemes (with their colon). */
export function url(env: string, schemes: readonly string[], given: Row): Setting<URL> {
  return row(env, given, `a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`, (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    return parsed && schemes.includes(parsed.protocol) ? parsed : undefined;
  });
}

/** A comma-separated list; each item is read by `parseItem`, which answers undefined for what is not allowed. */
export function list<T>(env: string, allowed: string, parseItem: (item: string) => T | undefined, given: Row): Setting<readonly T[]> {
  return row(env, given, `a comma-separated list of ${allowed}`, (value) => {
    const items = value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map(parseItem);
    return items.includes(undefined) ? undefined : (items as T[]);
  });
}
