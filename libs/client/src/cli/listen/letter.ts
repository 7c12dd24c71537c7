import { createHash, createHmac } from 'node:crypto';
import type { ShotwireEvent } from '../../events/listen.ts';
import { secretBytes } from '../../webhooks/secret-bytes.ts';

/** A webhook as it goes out. */
export interface Letter {
  headers: Record<string, string>;
  body: string;
}

interface Writing {
  secret: string;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/** The webhook that a `webhook_url` would get of an event: profile `run` of docs/webhooks.md, signed by its secret. */
export function letterOf({ id, type, data }: ShotwireEvent, { secret, nowMs }: Writing): Letter {
  const body = JSON.stringify({ event: type, data, sent_at: new Date(nowMs).toISOString().replace('Z', '000Z') });
  const digest = createHash('sha256').update(id).digest('hex');
  const [webhookId, timestamp] = [`msg_${digest.slice(0, 32)}`, String(Math.floor(nowMs / 1000))];
  const signature = createHmac('sha256', secretBytes(secret)).update(`${webhookId}.${timestamp}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Shotwire/1',
    'webhook-id': webhookId,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
    'shotwire-event-id': id,
    'shotwire-attempt': '1',
  };
  return { headers, body };
}
