import type { ObjectSchema } from './field-schema.ts';

/** A query with its numbers as numbers: in a URL everything is text. What is no number stays as it is, for the schema to refuse. */
export function withNumbers(query: Readonly<Record<string, unknown>>, { properties }: ObjectSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
      const isNumber = (type === 'integer' || type === 'number') && typeof value === 'string' && /^-?\d{1,9}(\.\d{1,9})?$/.test(value);
      return [name, isNumber ? Number(value) : value];
    }),
  );
}
