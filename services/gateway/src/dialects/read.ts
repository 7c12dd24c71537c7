/** What was made of something sent, or what it must be. */
export type Read<T> = { value: T } | { problem: string };

/** Reads what was sent for an option: a text of a query, or a value of JSON. */
export type Reader<T> = (sent: unknown) => Read<T>;

const flags: Readonly<Record<string, boolean>> = { true: true, 1: true, yes: true, false: false, 0: false, no: false };

/** Yes or no. */
export const flag: Reader<boolean> = (sent) => {
  const word = isScalar(sent) ? String(sent).toLowerCase() : '';
  return Object.hasOwn(flags, word) ? { value: flags[word] as boolean } : { problem: 'must be true or false' };
};

/** A number; which ones are allowed is for others to say. */
export const number: Reader<number> = (sent) => {
  // An SDK writes twenty digits after the point, and a point where none follow.
  const text = typeof sent === 'number' || typeof sent === 'string' ? String(sent) : '';
  return /^-?\d{1,12}(\.\d{0,20})?$/.test(text) ? { value: Number(text) } : { problem: 'must be a number' };
};

/** A number within bounds, made into another one. */
export function scaled(min: number, max: number, by: number): Reader<number> {
  return (sent) => {
    const read = number(sent);
    const fits = 'value' in read && read.value >= min && read.value <= max;
    return fits ? { value: read.value * by } : { problem: `must be a number from ${min} to ${max}` };
  };
}

/** One text. */
export const text: Reader<string> = (sent) => (isScalar(sent) ? { value: String(sent) } : { problem: 'must be one text' });

/** One text of a shape. */
export function textLike(pattern: RegExp, problem: string): Reader<string> {
  return (sent) => (isScalar(sent) && pattern.test(String(sent)) ? { value: String(sent) } : { problem });
}

/** One of some words, in any case, as the word that it stands for. */
export function oneOf<W>(words: Readonly<Record<string, W>>): Reader<W> {
  return (sent) => {
    const word = isScalar(sent) ? String(sent).trim().toLowerCase() : '';
    return Object.hasOwn(words, word) ? { value: words[word] as W } : { problem: `must be one of ${Object.keys(words).join(', ')}` };
  };
}

/** Words as they are. */
export function words<const W extends string>(...list: readonly W[]): Readonly<Record<string, W>> {
  return Object.fromEntries(list.map((word) => [word, word]));
}

/** Texts: one, several under the same name, or a list of JSON. */
export const texts: Reader<string[]> = (sent) => {
  const list: unknown[] = [sent].flat();
  return list.every(isScalar) ? { value: list.map(String) } : { problem: 'must be a text or a list of texts' };
};

/** Texts, each read for itself. */
export function each<T>(read: Reader<T>): Reader<T[]> {
  return (sent) => {
    const all = [sent].flat().map((one) => read(one));
    const problem = all.find((one) => 'problem' in one);
    return problem ?? { value: all.flatMap((one) => ('value' in one ? [one.value] : [])) };
  };
}

function isScalar(sent: unknown): sent is string | number | boolean {
  return typeof sent === 'string' || typeof sent === 'number' || typeof sent === 'boolean';
}
