import {
  clearField,
  clone,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf';
import { rulesOf, wordsOf } from './rules.ts';

/** A message as the REST API writes it: proto's field names, and `png` rather than `FORMAT_PNG`. */
export function toWords<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): JsonObject {
  return translate(desc, toJson(desc, message, { useProtoFieldName: true }), (field, name) => {
    const value = field.enum.values.find((one) => one.name === name);
    return (value && wordsOf(field.enum).get(value.number)) ?? name;
  });
}

/** A message from what the REST API takes. Throws on what its schema does not allow. */
export function fromWords<Desc extends DescMessage>(desc: Desc, words: JsonObject): MessageShape<Desc> {
  const json = translate(desc, words, (field, word) => {
    const [number] = [...wordsOf(field.enum)].find(([, name]) => name === word) ?? [];
    return field.enum.values.find((one) => one.number === number)?.name ?? word;
  });
  return fromJson(desc, json);
}

/** A message without what its rules call secret. */
export function withoutSecrets<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): MessageShape<Desc> {
  const open = clone(desc, message);
  for (const field of desc.fields) if (rulesOf(field)?.secret) clearField(open, field);
  return open;
}

type EnumField = DescField & { enum: NonNullable<DescField['enum']> };

function translate(desc: DescMessage, json: JsonValue, word: (field: EnumField, value: JsonValue) => JsonValue): JsonObject {
  const one = (field: DescField, value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map((each) => one(field, each));
    if (field.enum) return word(field as EnumField, value);
    return field.message && field.fieldKind !== 'map' ? translate(field.message, value, word) : value;
  };
  const fields = fieldsOf(desc);
  return Object.fromEntries(
    Object.entries(json as JsonObject).map(([name, value]) => {
      const field = fields.get(name);
      return [name, field ? one(field, value) : value];
    }),
  );
}

const named = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

function fieldsOf(desc: DescMessage): ReadonlyMap<string, DescField> {
  const known = named.get(desc) ?? new Map(desc.fields.map((field) => [field.name, field]));
  named.set(desc, known);
  return known;
}
