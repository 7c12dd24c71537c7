import { create, type JsonObject, type JsonValue, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AnnouncementSchema,
  Cache,
  CacheSchema,
  type CreateScreenshotRequest,
  CreateScreenshotRequestSchema,
  fromWords,
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
import type { Told } from './ask-deliveries.ts';
import { type Wish, wishFields } from './schema.ts';
import { whenSet } from './when-set.ts';

/** A wish as it travels, with the id it is to have and who is to be told. What it leaves open, capture fills in. */
export function wishToProto(
  wish: Wish,
  { id, announcement }: { id?: string; announcement?: MessageInitShape<typeof AnnouncementSchema> | undefined },
): CreateScreenshotRequest {
  const own: JsonObject = { ...(id !== undefined && { id }) };
  const options: JsonObject = {};
  for (const [name, value] of Object.entries(wish)) {
    const field = Object.hasOwn(wishFields, name) ? wishFields[name] : undefined;
    if (!field) options[name] = value as JsonValue;
    else if (field.parent === CreateScreenshotRequestSchema) own[name] = value as JsonValue;
  }
  const request = fromWords(CreateScreenshotRequestSchema, { ...own, options });
  if (announcement) request.announcement = create(AnnouncementSchema, announcement);
  return request;
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

/** The resource. */
export function screenshotFromProto(
  screenshot: Screenshot,
  { told: { webhook, deliveries }, publicUrl }: { told: Told; publicUrl: string },
): Record<string, unknown> {
  const { id, url, status, options, announcement, image, problem, createdAt, endedAt } = screenshot;
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
    webhook_url: announcement?.webhookUrl || null,
    webhook,
    created_at: whenSet(createdAt),
    ...(endName && { [endName]: whenSet(endedAt) }),
    ...(image && { expires_at: whenSet(image.expiresAt) }),
    ...furtherFields(screenshot, own),
    ...(deliveries !== undefined && { deliveries }),
  };
}

/** What is there only where it says something. */
function furtherFields(screenshot: Screenshot, own: string): Record<string, unknown> {
  const { source, priority, cache, announcement, tags, artefacts, reportKey, findings, batchId, batchRow, externalId, metadata, retryOf } =
    screenshot;
  const apps = Object.keys(announcement?.apps ?? {});
  return {
    ...(source > Source.URL && { source: wordsOf(SourceSchema).get(source) }),
    ...(priority > Priority.INTERACTIVE && { priority: wordsOf(PrioritySchema).get(priority) }),
    ...(cache !== Cache.UNSPECIFIED && { cache: wordsOf(CacheSchema).get(cache) }),
    ...(tags.length > 0 && { tags }),
    ...(batchId !== '' && { batch_id: batchId, batch_row: batchRow }),
    ...(externalId !== '' && { external_id: externalId }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(retryOf !== '' && { retry_of: retryOf }),
    ...(apps.length > 0 && { apps }),
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
