import { type Batch, instantFromTimestamp, type Screenshot, ScreenshotStatusSchema, wordsOf } from '@shotwire/contract';
import { failures } from '@shotwire/failures';
import { batchFromProto } from '../translate.ts';

/** A row's results in the ZIP; null where they are not there any more. */
export interface RowFiles {
  file: string | null;
  /** Further results, by their names. */
  artefacts: Readonly<Record<string, string | null>>;
}

/** What became of a row, as the manifest tells it. */
export function rowOf(screenshot: Screenshot, { file, artefacts }: RowFiles): Record<string, unknown> {
  const { batchRow, id, url, status, externalId, problem, image, findings } = screenshot;
  const isGone = image !== undefined && file === null;
  const error = problem
    ? { code: problem.code, message: problem.message }
    : isGone
      ? { code: 'EXPIRED', message: failures.expired.says }
      : undefined;
  return {
    row: batchRow,
    id,
    url: url || null,
    status: wordsOf(ScreenshotStatusSchema).get(status),
    file,
    ...(Object.keys(artefacts).length > 0 && { artefacts }),
    ...(externalId !== '' && { external_id: externalId }),
    ...(error && { error }),
    ...(image && { mime_type: image.mimeType, file_size: Number(image.fileSize) }),
    ...(image && image.width > 0 && { width: image.width, height: image.height }),
    ...(findings && { final_url: findings.finalUrl || null, http_status: findings.httpStatus || null }),
    ...(screenshot.endedAt && { ended_at: instantFromTimestamp(screenshot.endedAt) }),
  };
}

/** The manifest, a piece at a time. */
export async function* manifestOf(batch: Batch, rows: readonly string[]): AsyncGenerator<string> {
  const { download_url: _, ...shown } = batchFromProto(batch, { publicUrl: '' });
  yield `{"batch":${JSON.stringify(shown)},\n"rows":[`;
  for (const [index, row] of rows.entries()) yield `${index === 0 ? '' : ','}\n${row}`;
  yield '\n]}\n';
}
