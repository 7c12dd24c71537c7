import { clone, create } from '@bufbuild/protobuf';
import {
  type App,
  AppSchema,
  AppState,
  fromWords,
  instantToTimestamp,
  S3AppSchema,
  toWords,
  WebhookAppSchema,
  withoutSecrets,
} from '@shotwire/contract';
import type { Sealer } from '../core/seal.ts';
import type { AppRow } from '../sql/apps.ts';

/** What an app is, with everything that is secret in the open. */
export type AppKind = Exclude<App['kind'], { case: undefined }>;

/** What stands where something is that is not shown again. Nothing that is taken looks like it. */
const hidden = '•••';

const contextOf = (id: string) => `app ${id}`;

/** What an app is, as it is kept. */
export function closeKind(kind: AppKind, { id, sealer }: { id: string; sealer: Sealer }): Pick<AppRow, 'kind' | 'settings' | 'sealed'> {
  const seal = (text: string) => sealer.seal(Buffer.from(text), contextOf(id));
  if (kind.case === 's3') {
    const settings = toWords(S3AppSchema, withoutSecrets(S3AppSchema, kind.value));
    return { kind: 's3', settings, sealed: seal(kind.value.secretKey) };
  }
  const settings = toWords(WebhookAppSchema, withoutSecrets(WebhookAppSchema, kind.value));
  const { headers } = kind.value;
  return { kind: 'webhook', settings, sealed: Object.keys(headers).length > 0 ? seal(JSON.stringify(headers)) : null };
}

/** The pair of {@link closeKind}. */
export function openKind({ id, kind, settings, sealed }: AppRow, sealer: Sealer): AppKind {
  const secret = sealed ? sealer.open(sealed, contextOf(id)).toString() : '';
  if (kind === 's3') {
    const value = fromWords(S3AppSchema, settings);
    value.secretKey = secret;
    return { case: 's3', value };
  }
  const value = fromWords(WebhookAppSchema, settings);
  if (secret !== '') value.headers = JSON.parse(secret) as Record<string, string>;
  return { case: 'webhook', value };
}

const stateNumbers: Readonly<Record<AppRow['state'], AppState>> = {
  enabled: AppState.ENABLED,
  paused: AppState.PAUSED,
  disabled: AppState.DISABLED,
};

/** An app as it is shown: of headers the names, of a bucket's secret key nothing. */
export function appToProto(row: AppRow, sealer: Sealer): App {
  const { id, description, state, disabledReason, createdAt, updatedAt, failingSince } = row;
  return create(AppSchema, {
    id,
    description,
    state: stateNumbers[state],
    disabledReason: disabledReason ?? '',
    createdAt: instantToTimestamp(createdAt),
    updatedAt: instantToTimestamp(updatedAt),
    ...(failingSince && { failingSince: instantToTimestamp(failingSince) }),
    kind: hideSecrets(openKind(row, sealer)),
  });
}

function hideSecrets(kind: AppKind): AppKind {
  if (kind.case === 's3') return { case: 's3', value: withoutSecrets(S3AppSchema, kind.value) };
  const value = clone(WebhookAppSchema, kind.value);
  value.headers = hideValues(value.headers);
  return { case: 'webhook', value };
}

/** Names alone. */
export function hideValues(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, hidden]));
}
