import type { FieldSchema, ObjectSchema } from './field-schema.ts';

/**
 * What a text of a query, a form or a table says of a field: a number where it is to be a number, and so on; lists and objects are JSON,
 * a list of one text may be that text. What is none of these stays as it is, for the schema to refuse.
 */
export function valueOfText(text: string, { type }: FieldSchema): unknown {
  const types = [type].flat();
  if (types.includes('object') || types.includes('array'))
    return /^\s*[[{]/.test(text) ? fromJson(text) : types.includes('array') ? [text] : text;
  if (types.includes('integer') || types.includes('number')) return /^-?\d{1,10}(\.\d{1,9})?$/.test(text) ? Number(text) : text;
  // As spreadsheets write it too.
  if (types.includes('boolean')) return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text;
  return text;
}

/** The fields of a query or a form as their schema has them. A name that comes several times is a list. */
export function valuesOfTexts(texts: Readonly<Record<string, unknown>>, { properties }: ObjectSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, said]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, schema && typeof said === 'string' ? valueOfText(said, schema) : said];
    }),
  );
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text, refuseProto);
  } catch {
    return text;
  }
}

/** As bodies of JSON are refused that have it. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('__proto__');
  return value;
}
