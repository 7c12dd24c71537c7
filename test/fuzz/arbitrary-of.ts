import fc from 'fast-check';

/** A schema of the document, as far as it says what may be sent. */
export interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  type?: string | string[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

/** Values that mean something, by the name of the field. */
export type Hints = Readonly<Record<string, readonly unknown[]>>;

interface Making {
  schemas: Readonly<Record<string, object>>;
  hints: Hints;
}

/** Fields without which nearly everything is refused, although one or another may be left out. */
const favourites = new Set(['url', 'webhook', 'urls']);
/** Optional fields that a value has at once: with more of them nearly every one would be refused for some pair. */
const someFields = 4;

/** Values that a schema allows. */
export function arbitraryOf(schema: Schema, making: Making): fc.Arbitrary<unknown> {
  if (schema.$ref) return arbitraryOf(making.schemas[schema.$ref.split('/').at(-1) as string] as Schema, making);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => arbitraryOf(one, making)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? 'string'].flat();
  return fc.oneof(...types.map((type) => typed(type, schema, making)));
}

function typed(type: string, schema: Schema, making: Making): fc.Arbitrary<unknown> {
  const { minimum: min = -1e6, maximum: max = 1e6, maxItems = 5 } = schema;
  switch (type) {
    case 'integer':
      return fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
    case 'number':
      return fc.oneof(fc.constantFrom(min, max), fc.double({ min, max, noNaN: true }));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, making), { maxLength: Math.min(maxItems, 4) });
    case 'object':
      return objects(schema, making);
    default:
      return texts(schema);
  }
}

function texts({ pattern, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  const any = fc.string({ unit: 'grapheme', maxLength: Math.min(maxLength, 40) });
  const full = fc.constant('x'.repeat(Math.min(maxLength, 10_000)));
  return pattern ? fc.oneof(fc.stringMatching(new RegExp(pattern, 'u')), any) : fc.oneof(any, full);
}

function objects({ properties = {}, required = [], additionalProperties }: Schema, making: Making): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const hints = making.hints[name];
    return [
      name,
      hints ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...hints) }, arbitraryOf(schema, making)) : arbitraryOf(schema, making),
    ] as const;
  });
  const optional = fields.map(([name]) => name).filter((name) => !required.includes(name) && !favourites.has(name));
  const favoured = fc.oneof({ weight: 4, arbitrary: fc.constant([...favourites]) }, fc.constant([]));
  const known = fc.tuple(fc.subarray(optional, { maxLength: Math.min(someFields, optional.length) }), favoured).chain(([some, most]) => {
    const chosen = new Set([...some, ...most, ...required]);
    return fc.record(Object.fromEntries(fields.filter(([name]) => chosen.has(name))));
  });
  if (typeof additionalProperties !== 'object') return known;
  const free = fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), arbitraryOf(additionalProperties, making), { maxKeys: 3 });
  return fc.tuple(free, known).map(([more, own]) => ({ ...more, ...(own as object) }));
}
