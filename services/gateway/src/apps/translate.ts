import type { DescField, DescMessage, JsonObject } from '@bufbuild/protobuf';
import {
  type App,
  AppSchema,
  AppStateSchema,
  fromWords,
  rulesOf,
  S3AppSchema,
  type Secret,
  toWords,
  WebhookAppSchema,
  wordsOf,
} from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { whenSet } from '../screenshots/when-set.ts';
import type { AppBody } from './schema.ts';

/** An app to be, or the new values of one. Failure `validation_error` when it is to be two things at once. */
export function appToProto({ secret: _, ...app }: AppBody): App {
  if (app.webhook && app.s3) throw new Failure('validation_error', { fields: { s3: ['must not be there beside webhook'] } });
  return fromWords(AppSchema, app as JsonObject);
}

/** What a change names, such as `description` or `webhook.url`. */
export function pathsOf(change: AppBody): string[] {
  return Object.entries(change).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? Object.keys(value).map((inner) => `${name}.${inner}`) : [name],
  );
}

/** An app, without what is secret of it: of headers the names alone. */
export function appFromProto({ id, description, state, disabledReason, createdAt, updatedAt, failingSince, kind }: App) {
  return {
    id,
    description,
    state: wordsOf(AppStateSchema).get(state),
    disabled_reason: disabledReason || null,
    failing_since: whenSet(failingSince),
    created_at: whenSet(createdAt),
    updated_at: whenSet(updatedAt),
    ...(kind.case === 'webhook' && { webhook: { ...emptyOf(WebhookAppSchema), ...toWords(WebhookAppSchema, kind.value) } }),
    ...(kind.case === 's3' && { s3: { ...emptyOf(S3AppSchema), ...toWords(S3AppSchema, kind.value) } }),
  };
}

/** A secret, for the one time that it is shown. */
export function secretFromProto({ text, standard }: Secret) {
  return { text, standard };
}

/** Every field of a message that is shown, with what stands for nothing: the wire leaves that out. */
function emptyOf(desc: DescMessage): Record<string, unknown> {
  const shown = desc.fields.filter((field) => !rulesOf(field)?.secret || field.fieldKind === 'map');
  return Object.fromEntries(shown.map((field) => [field.name, emptyValue(field)]));
}

function emptyValue({ fieldKind, scalar }: DescField): unknown {
  if (fieldKind === 'list') return [];
  if (fieldKind === 'map') return {};
  // ScalarType.STRING
  return scalar === 9 ? '' : 0;
}
