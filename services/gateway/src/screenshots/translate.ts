import { create, type JsonObject } from '@bufbuild/protobuf';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import {
  Cache,
  CacheSchema,
  CreateScreenshotRequestSchema,
  type Delivery,
  DeliveryState,
  DeliveryStateSchema,
  fromWords,
  type Instant,
  instantFromTimestamp,
  numberOfWord,
  OptionsSchema,
  Priority,
  PrioritySchema,
  type Screenshot,
  ScreenshotStatus,
  ScreenshotStatusSchema,
  Source,
  SourceSchema,
  shownArtefacts,
  shownOptions,
  shownVerdicts,
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
  const own = `${publicUrl}/api/v1/screenshots/${id}`;
  return {
    id,
    status: wordsOf(ScreenshotStatusSchema).get(status),
    url: url || null,
    options: shownOptions(options ?? create(OptionsSchema)),
    ...(image && {
      file_size: Number(image.fileSize),
      mime_type: image.mimeType,
      // What is no picture has no size in pixels.
      ...(image.width > 0 && { width: image.width, height: image.height }),
      processing_time_ms: Number(image.processingTimeMs),
      image_url: `${own}/image`,
    }),
    ...(problem && { error: { message: problem.message, code: problem.code } }),
    webhook_url: webhookUrl || null,
    webhook,
    created_at: whenSet(createdAt),
    ...(endName && { [endName]: whenSet(endedAt) }),
    ...(image && { expires_at: whenSet(image.expiresAt) }),
    ...furtherFields(screenshot, own),
  };
}

/** What is there only where it says something. */
function furtherFields(screenshot: Screenshot, own: string): Record<string, unknown> {
  const { source, priority, cache, artefacts, reportKey, findings } = screenshot;
  return {
    ...(source > Source.URL && { source: wordsOf(SourceSchema).get(source) }),
    ...(priority > Priority.INTERACTIVE && { priority: wordsOf(PrioritySchema).get(priority) }),
    ...(cache !== Cache.UNSPECIFIED && { cache: wordsOf(CacheSchema).get(cache) }),
    ...(artefacts.length > 0 && { artefacts: shownArtefacts(screenshot, own) }),
    ...(reportKey !== '' && { report_url: `${own}/report` }),
    ...(findings && {
      verdicts: shownVerdicts(findings),
      final_url: findings.finalUrl || null,
      http_status: findings.httpStatus || null,
      title: findings.title || null,
      sha256: findings.sha256 || null,
      perceptual_hash: findings.perceptualHash || null,
    }),
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
