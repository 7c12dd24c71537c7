import { create, type JsonObject } from '@bufbuild/protobuf';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import {
  CreateScreenshotRequestSchema,
  type Delivery,
  DeliveryState,
  DeliveryStateSchema,
  fromWords,
  type Instant,
  instantFromTimestamp,
  numberOfWord,
  OptionsSchema,
  type Screenshot,
  ScreenshotStatus,
  ScreenshotStatusSchema,
  shownOptions,
  wordsOf,
} from '@shotwire/contract';
import type { Wish } from './schema.ts';

/** What became of a screenshot's webhook. Null stands for what is not so or not known. */
export interface WebhookState {
  state: string;
  attempts: number | null;
  next_attempt_at: Instant | null;
  last_status: number | null;
  last_error: string | null;
}

/** A webhook of which nothing has been sent. */
export const untouchedWebhook: WebhookState = { state: 'pending', attempts: 0, next_attempt_at: null, last_status: null, last_error: null };

/** A webhook that nobody can be asked about now. */
export const unknownWebhook: WebhookState = { ...untouchedWebhook, state: 'unknown', attempts: null };

/** A wish as it travels, with the id it is to have. What it leaves open, capture fills in. */
export function wishToProto(id: string, { url, html, markdown, webhook_url, priority, dedupe, cache_ttl, ...options }: Wish) {
  const request = { id, url, html, markdown, webhook_url, priority, dedupe, cache_ttl, options };
  const words = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as JsonObject;
  return fromWords(CreateScreenshotRequestSchema, { ...words, options: words.options as JsonObject });
}

/** The number of a status' word. */
export function statusToProto(word: string): ScreenshotStatus {
  return (numberOfWord(ScreenshotStatusSchema, word) ?? ScreenshotStatus.UNSPECIFIED) as ScreenshotStatus;
}

/** What the name of the last moment is, in each terminal status. */
const endNames: Partial<Record<ScreenshotStatus, string>> = {
  [ScreenshotStatus.COMPLETED]: 'completed_at',
  [ScreenshotStatus.FAILED]: 'failed_at',
  [ScreenshotStatus.CANCELLED]: 'cancelled_at',
};

/** The resource. `webhook` is null when none was asked for. */
export function screenshotFromProto(
  screenshot: Screenshot,
  { webhook, publicUrl }: { webhook: WebhookState | null; publicUrl: string },
): Record<string, unknown> {
  const { id, url, status, options, webhookUrl, image, problem, createdAt, endedAt } = screenshot;
  const endName = endNames[status];
  return {
    id,
    status: wordsOf(ScreenshotStatusSchema).get(status),
    url,
    options: shownOptions(options ?? create(OptionsSchema)),
    ...(image && {
      file_size: Number(image.fileSize),
      mime_type: image.mimeType,
      width: image.width,
      height: image.height,
      processing_time_ms: Number(image.processingTimeMs),
      image_url: `${publicUrl}/api/v1/screenshots/${id}/image`,
    }),
    ...(problem && { error: { message: problem.message, code: problem.code } }),
    webhook_url: webhookUrl || null,
    webhook,
    created_at: whenSet(createdAt),
    ...(endName && { [endName]: whenSet(endedAt) }),
    ...(image && { expires_at: whenSet(image.expiresAt) }),
  };
}

/** A delivery as its screenshot shows it. */
export function webhookFromProto({ state, attempts, nextAttemptAt, lastStatus, lastError }: Delivery): WebhookState {
  return {
    state: wordsOf(DeliveryStateSchema).get(state === DeliveryState.UNSPECIFIED ? DeliveryState.PENDING : state) ?? 'unknown',
    attempts,
    next_attempt_at: whenSet(nextAttemptAt),
    last_status: lastStatus || null,
    last_error: lastError || null,
  };
}

function whenSet(timestamp: Timestamp | undefined): Instant | null {
  return timestamp ? instantFromTimestamp(timestamp) : null;
}
