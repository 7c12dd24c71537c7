import { create, toJson } from '@bufbuild/protobuf';
import { type Artefact, ArtefactSchema, type Findings, FindingsSchema } from '@shotwire/contract';
import { finish } from '@shotwire/lanes';
import { row, rows, type Transaction } from '@shotwire/postgres';
import { storableText } from '../core/findings.ts';
import { originsOf, type ScreenshotRow } from '../core/screenshot.ts';
import { addPages, type Found } from './add-pages.ts';
import { lockBatches } from './count-in-batches.ts';
import { columns, resultColumns, type StoredRow, screenshotFromStored, secretOptions } from './screenshot-row.ts';
import { type Telling, tellEnds } from './tell-ends.ts';

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

interface Ending extends Telling {
  /** How long results are kept whose owner does not say. */
  retentionHours: number;
}

/** What a page of a crawl led to, and the page as it was claimed. */
interface FoundBy {
  screenshot: ScreenshotRow;
  found: Found;
}

const longestMessage = 1_000;

/** When the results of a row are removed that has ended. */
const removal = 'clock_timestamp() + make_interval(secs => coalesce(expires_in, :retentionHours * 3600))';

/**
 * Completes a screenshot: terminal state, end of claim and event in one transaction, and the same for those that share its capture;
 * and what it led to is added to its crawl.
 * False when the claim was lost meanwhile; then nothing is written.
 */
export async function completeScreenshot(
  trx: Transaction,
  { held, result, found, retentionHours, newEventId }: Ending & { held: Held; result: StoredResult; found?: FoundBy | undefined },
): Promise<boolean> {
  if (!(await finish(trx, held))) return false;
  const { artefacts, findings, ...plain } = result;
  const stored = await row<StoredRow>(
    trx,
    `update screenshots
     set status = 'completed', ended_at = clock_timestamp(), captured_at = clock_timestamp(),
         mime_type = :mimeType, file_size = :fileSize, result_bytes = :resultBytes, width = :width, height = :height,
         processing_time_ms = :processingTimeMs, artefacts = :artefacts, findings = :findings, report_key = :reportKey, options = options - :secretOptions::text[],
         image_remove_at = ${removal}
     where id = :id and status = any(:origins)
     returning ${columns}`,
    {
      id: held.itemId,
      ...plain,
      resultBytes: artefacts.reduce((sum, { fileSize }) => sum + Number(fileSize), plain.fileSize),
      artefacts: JSON.stringify(artefacts.map((artefact) => toJson(ArtefactSchema, create(ArtefactSchema, artefact)))),
      findings: JSON.stringify(toJson(FindingsSchema, findings)),
      secretOptions,
      retentionHours,
      origins: originsOf('completed'),
    },
  );
  if (!stored) return false;
  const ended = [stored, ...(await share(trx, { id: held.itemId, retentionHours }))].map(screenshotFromStored);
  if (found) {
    await lockBatches(trx, ended);
    await addPages(trx, { ...found, newId: newEventId });
  }
  await tellEnds(trx, ended, { newEventId });
  return true;
}

interface Problem {
  code: string;
  message: string;
  /** Null when there is none; then nothing is kept. */
  reportKey: string | null;
  retentionHours: number;
}

/** Fails a screenshot in hand. False when the claim was lost meanwhile; then nothing is written. */
export async function failClaimed(
  trx: Transaction,
  { held, newEventId, ...problem }: Problem & Telling & { held: Held },
): Promise<boolean> {
  if (!(await finish(trx, held))) return false;
  const failed = await failScreenshot(trx, { id: held.itemId, ...problem });
  await tellEnds(trx, failed, { newEventId });
  return failed.length > 0;
}

/** Fails a screenshot whose item has already left the queue, and those that share its capture: gives all of them, to be told of. */
export async function failScreenshot(
  trx: Transaction,
  { id, code, message, reportKey, retentionHours }: Problem & { id: string },
): Promise<ScreenshotRow[]> {
  const stored = await row<StoredRow>(
    trx,
    // An earlier try may have stored an image and then been lost: the sweeper looks.
    `update screenshots
     set status = 'failed', ended_at = clock_timestamp(), problem_code = :code, problem_message = :message, report_key = :reportKey,
         options = options - :secretOptions::text[], image_remove_at = ${reportKey === null ? 'clock_timestamp()' : removal}
     where id = :id and status = any(:origins)
     returning ${columns}`,
    { id, code, message: storableText(message, longestMessage), reportKey, secretOptions, retentionHours, origins: originsOf('failed') },
  );
  return stored ? [stored, ...(await share(trx, { id, retentionHours }))].map(screenshotFromStored) : [];
}

/**
 * Ends those that share a capture as it ended, each with the retention of its own. A statement of its own: it sees those that joined
 * until the row before was locked. They are locked in one order, as by whoever cancels many.
 */
async function share(trx: Transaction, { id, retentionHours }: { id: string; retentionHours: number }): Promise<StoredRow[]> {
  return rows<StoredRow>(
    trx,
    `update screenshots
     set (${resultColumns}) = (select ${resultColumns} from screenshots where id = :id),
         image_remove_at = case
           when (select image_remove_at <= clock_timestamp() from screenshots where id = :id) then clock_timestamp() else ${removal}
         end,
         ended_at = clock_timestamp(), leader_id = null, options = options - :secretOptions::text[]
     where id = any(array(select id from screenshots where leader_id = :id and status = 'pending' order by id for update))
       and leader_id = :id and status = 'pending'
     returning ${columns}`,
    { id, secretOptions, retentionHours },
  );
}
