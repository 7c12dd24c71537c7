import { createHmac, type KeyObject, sign as signWithKey } from 'node:crypto';

/** What is signed: these bytes for this id at this time. */
interface Message {
  /** The webhook-id. It must not contain a dot. */
  id: string;
  /** Unix seconds of the attempt. */
  timestamp: number;
  body: Uint8Array;
}

/** The bytes of a secret, or better the same as a KeyObject, which is made ready once. */
export type SigningSecret = Uint8Array | KeyObject;

/** What `v1` and `v1a` sign: `id.timestamp.body`. It never begins with a brace and a body always does, so one key can sign both. */
export function signatureInput({ id, timestamp, body }: Message): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
}

/** One entry of the header webhook-signature, by the scheme `v1` of Standard Webhooks: HMAC-SHA256. */
export function sign({ secret, ...message }: Message & { secret: SigningSecret }): string {
  return `v1,${createHmac('sha256', secret).update(signatureInput(message)).digest('base64')}`;
}

/** One entry of the header webhook-signature, by the scheme `v1a` of Standard Webhooks: Ed25519. */
export function signInstance({ privateKey, ...message }: Message & { privateKey: KeyObject }): string {
  return `v1a,${signWithKey(null, signatureInput(message), privateKey).toString('base64')}`;
}

/** The value of X-Signature: HMAC-SHA256 over the body alone. Nothing in it is new, so it can be replayed. */
export function legacySignature(body: Uint8Array, key: SigningSecret): string {
  return `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
}

/** A secret in the form that Standard Webhooks libraries take. */
export function secretToText(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

/**
 * The webhook-id of a delivery, for all its attempts. Letters and digits only: a dot in it would make one signature
 * fit two different messages.
 */
export function webhookIdOf(deliveryId: string): string {
  return `msg_${deliveryId.replaceAll('-', '')}`;
}

/** The delivery of a webhook-id, or null when it is none. */
export function deliveryIdOf(webhookId: string): string | null {
  const [, a, b, c, d, e] = /^msg_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(webhookId) ?? [];
  return a === undefined ? null : [a, b, c, d, e].join('-');
}
