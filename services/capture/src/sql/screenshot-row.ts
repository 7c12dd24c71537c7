import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { OptionsSchema } from '@shotwire/contract';
import type { ScreenshotRow } from '../core/screenshot.ts';

/** The columns of a {@link ScreenshotRow}, for `select` and `returning`. */
export const columns = `
  id, account_id as "accountId", url, options, webhook_url as "webhookUrl", status,
  created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt",
  image_key as "imageKey", mime_type as "mimeType", file_size as "fileSize", width, height,
  processing_time_ms as "processingTimeMs", coalesce(image_removed_at, image_remove_at) as "expiresAt",
  problem_code as "problemCode", problem_message as "problemMessage"`;

/** A row as Postgres gives it: the options are still JSON. */
export type StoredRow = Omit<ScreenshotRow, 'options'> & { options: JsonValue };

/** A stored row with its options as a message. */
export function screenshotFromStored(stored: StoredRow): ScreenshotRow {
  return { ...stored, options: fromJson(OptionsSchema, stored.options) };
}
