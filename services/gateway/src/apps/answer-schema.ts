import type { DescMessage } from '@bufbuild/protobuf';
import { AppStateSchema, rulesOf, S3AppSchema, WebhookAppSchema, wordsOf } from '@shotwire/contract';
import { componentOrNull, instant, type JsonSchema, oneOf, orNull, shape, text, uuid, whole } from '../openapi/json-schema.ts';
import { type FieldSchema, fieldSchemasOf } from '../schema/field-schema.ts';

/** A kind as it is shown: every field but what is secret, and of headers the names. */
function shownKind(message: DescMessage): JsonSchema {
  const hidden = message.fields.filter((field) => rulesOf(field)?.secret && field.fieldKind !== 'map').map(({ name }) => name);
  const fields: Record<string, FieldSchema> = fieldSchemasOf(message);
  return shape(Object.fromEntries(Object.entries(fields).filter(([name]) => !hidden.includes(name))));
}

const always = {
  id: uuid,
  description: text,
  state: oneOf(wordsOf(AppStateSchema).values()),
  disabled_reason: { ...orNull(oneOf(['gone', 'asked', 'failing'])), description: 'Why it is disabled, where nobody here did it.' },
  failing_since: { ...orNull(instant), description: 'Since when every attempt has failed.' },
  created_at: instant,
  updated_at: instant,
};
const kinds = { webhook: shownKind(WebhookAppSchema), s3: shownKind(S3AppSchema) };

/** `App`: a registered destination. It has `webhook` or `s3`. */
export const appSchema = shape(always, kinds);

/** An app that was enabled, paused or disabled. */
export const changedStateSchema = shape(
  { ...always, deliveries: { ...whole, description: 'Deliveries that wait now, or wait no longer.' } },
  kinds,
);

/** `Secret`: what webhooks are signed with. */
export const secretSchema = shape({
  text: { ...text, description: 'The text itself: the key of X-Signature.' },
  standard: { ...text, description: 'The same key as whsec_<base64>, for libraries of Standard Webhooks.' },
});

/** `NewApp`: an app when it was just registered. */
export const newAppAnswerSchema = shape(
  { ...always, secret: { ...componentOrNull('Secret'), description: 'Shown this once; null for a bucket.' } },
  kinds,
);

/** `Trial`: the exact request that an event would make. */
export const trialAnswerSchema = shape({
  method: text,
  url: text,
  headers: { type: 'object', additionalProperties: text, description: 'Of the own ones of the app the names alone.' },
  body: { ...orNull(text), description: 'Null for an upload.' },
  signature_input: { ...orNull(text), description: 'What webhook-signature signs.' },
  refusal: { ...orNull(text), description: 'Why it would not be sent, as a code such as blocked_address.' },
  attempt: { ...componentOrNull('Attempt'), description: 'How sending it went; null when that was not asked.' },
});
