import type { FieldProblems } from '@shotwire/failures';

const says = ['must be text without half characters (lone surrogates) and without U+0000'];

/** The texts in a value that JSON can write and neither UTF-8 nor a database can hold, by their paths such as `cookies[0].value`. */
export function unfitTexts(value: unknown, path = ''): FieldProblems {
  if (typeof value === 'string') return fits(value) ? {} : { [path]: says };
  if (typeof value !== 'object' || value === null) return {};
  const found = Object.entries(value).map(([name, inner]): FieldProblems => {
    const inside = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    return fits(name) ? unfitTexts(inner, inside) : { [path]: says };
  });
  return Object.assign({}, ...found);
}

function fits(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
