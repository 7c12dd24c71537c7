import { type Event, type Instant, instantToMs, type S3App, type WebhookApp } from '@shotwire/contract';
import { renderBody } from '../core/body.ts';
import { requestHeaders } from '../core/headers.ts';
import { objectKey } from '../core/object-key.ts';
import { signatureInput } from '../core/signature.ts';
import { wordingOfApp } from '../core/wording.ts';
import type { DeskParts } from './parts.ts';

/** A request as it would go out at this moment. */
export interface Example {
  method: 'POST' | 'PUT';
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  /** What its signature is over. */
  signed: Buffer;
}

interface Webhook extends Pick<DeskParts, 'publicUrl' | 'imageLink'> {
  app: WebhookApp;
  event: Event;
  webhookId: string;
  /** Newest first. */
  keys: readonly Buffer[];
  instanceKey: Parameters<typeof requestHeaders>[0]['instanceKey'];
  at: Instant;
}

/** What a webhook app would be sent, as the first attempt. */
export function exampleWebhook({ app, event, webhookId, keys, instanceKey, at, publicUrl, imageLink }: Webhook): Example {
  const wording = wordingOfApp(app);
  const timestamp = Math.floor(instantToMs(at) / 1000);
  const body = Buffer.from(renderBody({ event, ...wording, sentAt: at, publicUrl, imageLink }));
  const { id: eventId, type: eventType } = event;
  const about = { ...wording, webhookId, eventId, eventType, attempt: 1, custom: app.headers };
  const headers = requestHeaders({ ...about, body, timestamp, keys, instanceKey });
  return { method: 'POST', url: app.url, headers, body, signed: signatureInput({ id: webhookId, timestamp, body }) };
}

/** What a bucket would be sent, without the image and what signs it. */
export function exampleUpload({ app, event, at }: { app: S3App; event: Event; at: Instant }): Example {
  const { id = '', url = '', tags = [], image } = event.screenshot ?? {};
  const key = objectKey(app.pathTemplate, { id, url, tags, endedAt: at, ext: 'png' });
  const path = [app.bucket, ...key.split('/')].map(encodeURIComponent).join('/');
  return {
    method: 'PUT',
    url: `${app.endpoint.replace(/\/+$/, '')}/${path}`,
    headers: { 'content-type': image?.mimeType ?? '', ...(app.acl !== '' && { 'x-amz-acl': app.acl }) },
    body: Buffer.alloc(0),
    signed: Buffer.alloc(0),
  };
}
