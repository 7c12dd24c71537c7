import { fromBinary, fromJson, type JsonValue } from '@bufbuild/protobuf';
import { AnnouncementSchema, ArtefactSchema, FindingsSchema, OptionsSchema, rulesOf } from '@shotwire/contract';
import { priorities } from '@shotwire/lanes';
import type { ScreenshotRow } from '../core/screenshot.ts';

/** The columns of a {@link ScreenshotRow}, for `select` and `returning`. */
export const columns = `
  id, number, account_id as "accountId", batch_id as "batchId", batch_row as "batchRow", retry_of as "retryOf",
  external_id as "externalId", metadata, url, source, priority, options, announcement, tags, status,
  created_at as "createdAt", started_at as "startedAt", ended_at as "endedAt",
  image_key as "imageKey", mime_type as "mimeType", file_size as "fileSize", width, height,
  processing_time_ms as "processingTimeMs", coalesce(image_removed_at, image_remove_at) as "expiresAt",
  problem_code as "problemCode", problem_message as "problemMessage",
  artefacts, findings, report_key as "reportKey", result_bytes as "resultBytes", cache`;

/** What a screenshot that shares another's capture takes from it. */
export const resultColumns = `
  status, image_key, mime_type, file_size, result_bytes, width, height, processing_time_ms, artefacts, findings, report_key, captured_at,
  problem_code, problem_message`;

/** What goes first within an account's lane. */
export const lanePriorities = { interactive: priorities.interactive, batch: priorities.background } as const;

/** The options that nobody sees but the capture: not kept beyond its end. */
export const secretOptions: readonly string[] = OptionsSchema.fields.filter((field) => rulesOf(field)?.secret).map(({ name }) => name);

/** A row as Postgres gives it: messages are still JSON, or bytes. */
export type StoredRow = Omit<ScreenshotRow, 'options' | 'announcement' | 'artefacts' | 'findings'> & {
  options: JsonValue;
  announcement: Buffer | null;
  artefacts: JsonValue[];
  findings: JsonValue | null;
};

/** A stored row with its messages as messages. */
export function screenshotFromStored(stored: StoredRow): ScreenshotRow {
  const { options, announcement, artefacts, findings } = stored;
  return {
    ...stored,
    options: fromJson(OptionsSchema, options),
    announcement: announcement && fromBinary(AnnouncementSchema, announcement),
    artefacts: artefacts.map((artefact) => fromJson(ArtefactSchema, artefact)),
    findings: findings === null ? null : fromJson(FindingsSchema, findings),
  };
}
