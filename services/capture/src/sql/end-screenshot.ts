import { create, toJson } from '@bufbuild/protobuf';
import { type Artefact, ArtefactSchema, type Findings, FindingsSchema } from '@shotwire/contract';
import { announce } from '@shotwire/events';
import { finish } from '@shotwire/lanes';
import { row, rows, type Transaction, touch } from '@shotwire/postgres';
import { eventOf } from '../core/event.ts';
import { storableText } from '../core/findings.ts';
import { originsOf, type ScreenshotRow } from '../core/screenshot.ts';
import { columns, resultColumns, type StoredRow, screenshotFromStored, secretOptions } from './screenshot-row.ts';

/** What is known of a capture whose results are stored. */
export interface StoredResult {
  mimeType: string;
  fileSize: number;
  width: number;
  height: number;
  processingTimeMs: number;
  artefacts: readonly Omit<Artefact, '$typeName'>[];
  findings: Findings;
  reportKey: string;
}

type Held = Readonly<{ itemId: string; claimId: string }>;

interface Ending {
  retentionHours: number;
  newEventId: () => string;
}

const longestMessage = 1_000;

/**
 * Completes a screenshot: terminal state, end of claim and event in one transaction, and the same for those that share its capture.
 * False when the claim was lost meanwhile; then nothing is written.
 */
export async function completeScreenshot(
  trx: Transaction,
  { held, result, retentionHours, newEventId }: Ending & { held: Held; result: StoredResult },
): Promise<boolean> {
  if (!(await finish(trx, held))) return false;
  const { artefacts, findings, ...plain } = result;
  const stored = await row<StoredRow>(
    trx,
    `update screenshots
     set status = 'completed', ended_at = clock_timestamp(), captured_at = clock_timestamp(),
         mime_type = :mimeType, file_size = :fileSize, width = :width, height = :height, processing_time_ms = :processingTimeMs,
         artefacts = :artefacts, findings = :findings, report_key = :reportKey, options = options - :secretOptions::text[],
         image_remove_at = clock_timestamp() + make_interval(hours => :retentionHours)
     where id = :id and status = any(:origins)
     returning ${columns}`,
    {
      id: held.itemId,
      ...plain,
      artefacts: JSON.stringify(artefacts.map((artefact) => toJson(ArtefactSchema, create(ArtefactSchema, artefact)))),
      findings: JSON.stringify(toJson(FindingsSchema, findings)),
      secretOptions,
      retentionHours,
      origins: originsOf('completed'),
    },
  );
  return tell(trx, stored, newEventId);
}

interface Problem extends Ending {
  code: string;
  message: string;
  /** Null when there is none; then nothing is kept. */
  reportKey: string | null;
}

/** Fails a screenshot in hand. False when the claim was lost meanwhile; then nothing is written. */
export async function failClaimed(trx: Transaction, { held, ...problem }: Problem & { held: Held }): Promise<boolean> {
  return (await finish(trx, held)) && failScreenshot(trx, { id: held.itemId, ...problem });
}

/** Fails a screenshot whose item has already left the queue, and those that share its capture: terminal state and event. */
export async function failScreenshot(
  trx: Transaction,
  { id, code, message, reportKey, retentionHours, newEventId }: Problem & { id: string },
): Promise<boolean> {
  const stored = await row<StoredRow>(
    trx,
    // An earlier try may have stored an image and then been lost: the sweeper looks.
    `update screenshots
     set status = 'failed', ended_at = clock_timestamp(), problem_code = :code, problem_message = :message, report_key = :reportKey,
         options = options - :secretOptions::text[], image_remove_at = clock_timestamp() + make_interval(hours => :hours)
     where id = :id and status = any(:origins)
     returning ${columns}`,
    {
      id,
      code,
      message: storableText(message, longestMessage),
      reportKey,
      secretOptions,
      hours: reportKey === null ? 0 : retentionHours,
      origins: originsOf('failed'),
    },
  );
  return tell(trx, stored, newEventId);
}

async function tell(trx: Transaction, stored: StoredRow | undefined, newEventId: () => string): Promise<boolean> {
  if (!stored) return false;
  await touch(trx, 'delete from screenshot_sources where screenshot_id = :id', { id: stored.id });
  for (const ended of [stored, ...(await share(trx, stored))]) await announce(trx, eventOf(screenshotFromStored(ended), newEventId()));
  return true;
}

/** Ends those that share a capture as it ended. A statement of its own: it sees those that joined until the row before was locked. */
async function share(trx: Transaction, { id }: Pick<ScreenshotRow, 'id'>): Promise<StoredRow[]> {
  return rows<StoredRow>(
    trx,
    `update screenshots
     set (${resultColumns}, image_remove_at) = (select ${resultColumns}, image_remove_at from screenshots where id = :id),
         ended_at = clock_timestamp(), leader_id = null, options = options - :secretOptions::text[]
     where leader_id = :id and status = 'pending'
     returning ${columns}`,
    { id, secretOptions },
  );
}
