import type { KeyObject } from 'node:crypto';
import { presignPut } from '@shotwire/archive';
import type { S3App } from '@shotwire/contract';
import { type AllowEntry, checkUrl } from '@shotwire/egress';
import { requestHeaders } from '../core/headers.ts';
import type { Sealer } from '../core/seal.ts';
import { secretBytes } from '../core/secret.ts';
import type { SigningSecret } from '../core/signature.ts';
import type { Trouble } from '../core/verdict.ts';
import { type Wording, wordingOfApp } from '../core/wording.ts';
import type { ClaimedDelivery, Target } from '../sql/claim-deliveries.ts';
import { webhookContext } from '../sql/secrets.ts';
import type { Keyring } from './keyring.ts';

/** What goes out: one request, ready to be sent. */
export interface Letter {
  url: URL;
  method: 'POST' | 'PUT';
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  timeoutMs: number;
}

/** A letter, or why there is none. */
export type Written = { kind: 'letter'; letter: Letter } | { kind: 'refused'; trouble: Exclude<Trouble, 'status'>; cause?: unknown };

export interface LetterParts {
  sealer: Sealer;
  keyring: Keyring;
  /** The installation's own key. */
  instanceKey: { kid: string; privateKey: KeyObject };
  /** Exceptions to the egress guard. */
  allow: readonly AllowEntry[];
  allowHttp: boolean;
  /** For one attempt, unless an app has a limit of its own. */
  timeoutMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What a webhook looks like: its words, and what its owner adds. */
interface Manner extends Wording {
  custom: Readonly<Record<string, string>>;
  /** Newest first. */
  keys: readonly SigningSecret[];
}

/** The webhook of a delivery as this attempt sends it: the body as it was frozen, the signature fresh. */
export function writeWebhook(parts: LetterParts, claimed: ClaimedDelivery, target: Exclude<Target, { kind: 's3' }>): Written {
  const { allow, allowHttp, timeoutMs, now, instanceKey } = parts;
  const [text, ownS] = target.kind === 'url' ? [target.url, 0] : [target.app.url, target.app.timeout];
  const checked = checkUrl(text, { schemes: schemesOf(allowHttp), allow });
  if (!checked.ok) return refused(checked.kind);
  const { webhookId, eventId, eventType, attempt, body } = claimed;
  const manner = target.kind === 'url' ? ofUrl(parts, claimed, target) : ofApp(parts, claimed, target);
  const timestamp = Math.floor(now() / 1000);
  const headers = requestHeaders({ ...manner, webhookId, eventId, eventType, attempt, body, timestamp, instanceKey });
  return { kind: 'letter', letter: { url: checked.url, method: 'POST', headers, body, timeoutMs: ownS * 1000 || timeoutMs } };
}

/** What a webhook for a URL that came with its request looks like. */
function ofUrl(
  { sealer, keyring }: LetterParts,
  { accountId, secrets }: ClaimedDelivery,
  { sealed }: Extract<Target, { kind: 'url' }>,
): Manner {
  const opened = sealed ? sealer.open(sealed, webhookContext(accountId)).toString() : '{}';
  const given: { secret?: string; headers?: Record<string, string> } = JSON.parse(opened);
  const keys = given.secret ? [secretBytes(given.secret)] : keyring(secrets);
  return { profile: 'run', dialect: 'done', custom: given.headers ?? {}, keys };
}

function ofApp({ sealer, keyring }: LetterParts, { secrets }: ClaimedDelivery, target: Extract<Target, { kind: 'webhook' }>): Manner {
  const { appId, app, sealed } = target;
  return {
    ...wordingOf(target),
    custom: sealed ? JSON.parse(sealer.open(sealed, `app ${appId}`).toString()) : app.headers,
    keys: keyring(secrets),
  };
}

/** The profile and dialect in which a webhook is written. */
export function wordingOf(target: Exclude<Target, { kind: 's3' }>): Wording {
  if (target.kind === 'url') return { profile: 'run', dialect: 'done' };
  return wordingOfApp(target.app);
}

/** An image, as it is in the archive. */
export interface Image {
  body: Buffer;
  mimeType: string;
}

interface Upload {
  target: Extract<Target, { kind: 's3' }>;
  key: string;
  image: Image;
}

/** The upload of an image into the bucket of an app. */
export async function writeUpload(parts: LetterParts, { target, key, image }: Upload): Promise<Written> {
  const { sealer, allow, allowHttp, timeoutMs } = parts;
  const { appId, sealed, app } = target;
  const checked = checkUrl(app.endpoint, { schemes: schemesOf(allowHttp), allow });
  if (!checked.ok) return refused(checked.kind);
  const secretKey = sealer.open(sealed, `app ${appId}`).toString();
  let url: URL;
  try {
    url = await presignPut({ ...placeOf(app), endpoint: checked.url, secretKey, key, forS: Math.ceil(timeoutMs / 1000) + 60 });
  } catch (cause) {
    // The client knows more about the names of buckets than the desk does.
    return { ...refused('invalid'), cause };
  }
  const headers = { 'content-type': image.mimeType, 'content-length': String(image.body.length), 'user-agent': 'Shotwire/1' };
  return { kind: 'letter', letter: { url, method: 'PUT', headers, body: image.body, timeoutMs } };
}

const placeOf = ({ bucket, region, accessKey, acl }: S3App) => ({ bucket, region: region || 'us-east-1', accessKey, acl });
const schemesOf = (allowHttp: boolean) => (allowHttp ? ['https:', 'http:'] : ['https:']);
const refused = (kind: 'invalid' | 'blocked'): Extract<Written, { kind: 'refused' }> => ({
  kind: 'refused',
  trouble: kind === 'blocked' ? 'blocked_address' : 'invalid_url',
});
