import { type JsonValue, toJson } from '@bufbuild/protobuf';
import { type Options, OptionsSchema } from '@shotwire/contract';

/** The rows of a batch share their options, and spelling them out is dear. Accepted options are not changed any more. */
const remember = (spell: (options: Options) => string) => {
  const spelled = new WeakMap<Options, string>();
  return (options: Options): string => {
    const known = spelled.get(options) ?? spell(options);
    spelled.set(options, known);
    return known;
  };
};

/** Accepted options as JSON that is equal for equal ones. */
export const canonicalOptions = remember((options) => JSON.stringify(toJson(OptionsSchema, options), inOrder));

/** Accepted options as Postgres holds them. */
export const storedOptions = remember((options) => JSON.stringify(toJson(OptionsSchema, options, { useProtoFieldName: true })));

/** The fields of an object in the order of their names: that of a map is its sender's. */
function inOrder(_: string, value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
