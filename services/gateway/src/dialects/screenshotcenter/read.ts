/** What was made of a parameter, or what it must be. */
export type Read<T> = { value: T } | { problem: string };

/** Reads what was sent for a parameter: a text of a query or a form, or a value of JSON. */
export type Reader<T> = (sent: unknown) => Read<T>;

/** Words of yes and no, as PHP, Python, .NET and JavaScript write them. */
const flags: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  on: true,
  false: false,
  0: false,
  no: false,
  off: false,
};

/** Yes or no. */
export const flag: Reader<boolean> = (sent) => {
  const word = isScalar(sent) ? String(sent).toLowerCase() : '';
  return Object.hasOwn(flags, word) ? { value: flags[word] as boolean } : { problem: 'must be true or false' };
};

/** A number; which ones are allowed is for others to say. */
export const number: Reader<number> = (sent) => {
  const text = isScalar(sent) ? String(sent) : '';
  return /^-?\d{1,12}(\.\d{1,12})?$/.test(text) ? { value: Number(text) } : { problem: 'must be a number' };
};

/** A whole number within bounds. */
export function whole(min: number, max: number): Reader<number> {
  return (sent) => {
    const read = number(sent);
    const fits = 'value' in read && Number.isInteger(read.value) && read.value >= min && read.value <= max;
    return fits ? read : { problem: `must be a whole number from ${min} to ${max}` };
  };
}

/** A text of at most so many characters. */
export function text(most: number): Reader<string> {
  return (sent) =>
    isScalar(sent) && String(sent).length <= most
      ? { value: String(sent) }
      : { problem: `must be given once, as a text of at most ${most} characters` };
}

/** One of some words, in any case. */
export function oneOf<const W extends string>(...words: readonly W[]): Reader<W> {
  return (sent) => {
    const word = words.find((one) => isScalar(sent) && one === String(sent).toLowerCase());
    return word === undefined ? { problem: `must be one of ${words.join(', ')}` } : { value: word };
  };
}

/** Texts: one, several under the same name, or a list of JSON. */
export const texts: Reader<string[]> = (sent) => {
  const list = listed(sent) ?? [sent].flat();
  return list.every(isScalar) ? { value: list.map(String) } : { problem: 'must be a text or a list of texts' };
};

/** The one that is there, whether it came alone or as a list. */
export function one<T>(read: Reader<T>): Reader<T> {
  return (sent) => {
    const [first, ...others] = listed(sent) ?? [sent].flat();
    return others.length === 0 ? read(first) : { problem: 'must be given once' };
  };
}

/** What is refused whatever it is. */
export function refuse(problem: string): Reader<never> {
  return () => ({ problem });
}

/** Objects: a list of JSON, as itself or in a text; one alone is a list of one. */
export const objects: Reader<Readonly<Record<string, unknown>>[]> = (sent) => {
  const list = [fromJson(sent)].flat().map(fromJson);
  return list.every(isObject) ? { value: list } : { problem: 'must be a list of objects, as JSON' };
};

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that holds JSON as what it holds; anything else as it is. */
export function fromJson(sent: unknown): unknown {
  if (typeof sent !== 'string' || !/^\s*[[{]/.test(sent)) return sent;
  try {
    return JSON.parse(sent);
  } catch {
    return sent;
  }
}

function listed(sent: unknown): unknown[] | undefined {
  const held = fromJson(sent);
  return typeof sent === 'string' && Array.isArray(held) ? held : undefined;
}

function isScalar(sent: unknown): sent is string | number | boolean {
  return typeof sent === 'string' || typeof sent === 'number' || typeof sent === 'boolean';
}
