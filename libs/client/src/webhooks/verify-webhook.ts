import { ShotwireError } from '../shotwire-error.ts';
import { fromBase64, fromHex } from './bytes.ts';
import { secretBytes } from './secret-bytes.ts';

/** Public keys, as `/.well-known/jwks.json` has them. */
export interface Jwks {
  keys: readonly { kty?: string; crv?: string; x?: string }[];
}

/** A webhook as it came, and what it is verified with. */
export type Webhook = {
  /** As it came, byte for byte. */
  body: string | Uint8Array;
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
} & (
  | {
      /** The secret of the destination; several while one takes the place of another. */
      secret: string | readonly string[];
      /** `webhook-signature` when not given. `x-signature` has no time in it: whoever has seen a request can send it again. */
      scheme?: 'webhook-signature' | 'x-signature';
      /** Seconds that the clocks may differ; 300 when not given. */
      toleranceS?: number;
    }
  | { jwks: Jwks; toleranceS?: number }
);

/** What a genuine webhook says. */
export interface Verified {
  /** The delivery: the same when it comes again. Undefined where only X-Signature is known. */
  id: string | undefined;
  /** Such as `screenshot.completed`. */
  type: string;
  /** The body, in the shape of its profile. */
  payload: Readonly<Record<string, unknown>>;
}

/** Verifies a webhook of any profile and gives what it says. Throws a ShotwireError `WEBHOOK_REFUSED` when it is not genuine, or too old. */
export async function verifyWebhook(webhook: Webhook): Promise<Verified> {
  const body = typeof webhook.body === 'string' ? new TextEncoder().encode(webhook.body) : new Uint8Array(webhook.body);
  const header = (name: string) => headerOf(webhook.headers, name);
  const isPlain = 'secret' in webhook && webhook.scheme === 'x-signature';
  const id = isPlain ? undefined : header('webhook-id');
  if (isPlain) await verifyPlain(header('x-signature'), { body, secrets: secretsOf(webhook) });
  else await verifyStandard(webhook, { body, id, timestamp: header('webhook-timestamp'), signatures: header('webhook-signature') });
  return { id, ...contentOf(body) };
}

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

interface Signed {
  body: Uint8Array<ArrayBuffer>;
  id: string | undefined;
  timestamp: string | undefined;
  signatures: string | undefined;
}

async function verifyStandard(webhook: Webhook, { body, id, timestamp, signatures }: Signed): Promise<void> {
  if (!id || !timestamp || !signatures) throw refused('it lacks webhook-id, webhook-timestamp or webhook-signature');
  const { toleranceS = 300 } = webhook;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceS)
    throw refused('its webhook-timestamp is too far from now');
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  const [version, keys] = 'secret' in webhook ? ['v1', await hmacKeys(secretsOf(webhook))] : ['v1a', await publicKeys(webhook.jwks)];
  for (const entry of signatures.split(' ')) {
    const [given, base64 = ''] = entry.split(',', 2);
    const signature = given === version ? fromBase64(base64) : undefined;
    if (signature && (await verifiesWithAny(keys, signature, signed))) return;
  }
  throw refused(`none of its ${version} signatures fits`);
}

async function verifyPlain(
  header: string | undefined,
  { body, secrets }: { body: Uint8Array<ArrayBuffer>; secrets: readonly string[] },
): Promise<void> {
  const signature = header?.startsWith('sha256=') ? fromHex(header.slice('sha256='.length)) : undefined;
  if (!signature || !(await verifiesWithAny(await hmacKeys(secrets), signature, body))) throw refused('its X-Signature does not fit');
}

/** WebCrypto compares in constant time. */
async function verifiesWithAny(
  keys: readonly Key[],
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const key of keys) if (await crypto.subtle.verify(key.algorithm.name, key, signature, signed)) return true;
  return false;
}

function hmacKeys(secrets: readonly string[]): Promise<Key[]> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return Promise.all(secrets.map((secret) => crypto.subtle.importKey('raw', secretBytes(secret), algorithm, false, ['verify'])));
}

function publicKeys({ keys }: Jwks): Promise<Key[]> {
  const ours = keys.filter(({ kty, crv, x }) => kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string');
  const plain = ours.map(({ x = '' }) => ({ kty: 'OKP', crv: 'Ed25519', x }));
  return Promise.all(plain.map((jwk) => crypto.subtle.importKey('jwk', jwk, 'Ed25519', false, ['verify'])));
}

function secretsOf({ secret }: { secret: string | readonly string[] }): readonly string[] {
  return typeof secret === 'string' ? [secret] : secret;
}

function headerOf(headers: Webhook['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const [, value] = Object.entries(headers).find(([given]) => given.toLowerCase() === name) ?? [];
  return typeof value === 'string' ? value : value?.join(' ');
}

function contentOf(body: Uint8Array): Pick<Verified, 'type' | 'payload'> {
  const payload = JSON.parse(new TextDecoder().decode(body));
  return { type: payload.type ?? payload.event, payload };
}

function refused(why: string): ShotwireError {
  return new ShotwireError({ code: 'WEBHOOK_REFUSED', message: `The webhook is not genuine: ${why}.` });
}
