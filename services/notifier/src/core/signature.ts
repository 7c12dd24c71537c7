import { createHmac } from 'node:crypto';

/** What is signed: these bytes for this id at this time. */
interface Signed {
  /** The webhook-id. It must not contain a dot. */
  id: string;
  /** Unix seconds of the attempt. */
  timestamp: number;
  body: Uint8Array;
  secret: Uint8Array;
}

/** One entry of the header webhook-signature, by the scheme `v1` of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`. */
export function sign({ id, timestamp, body, secret }: Signed): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
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
