import { announce } from '@shotwire/events';
import { finish } from '@shotwire/lanes';
import { row, type Transaction } from '@shotwire/postgres';
import { eventOf } from '../core/event.ts';
import { originsOf, type ScreenshotRow } from '../core/screenshot.ts';
import { columns, type StoredRow, screenshotFromStored } from './screenshot-row.ts';

/** What is known of a stored image. */
export interface StoredImage {
  mimeType: string;
  fileSize: number;
  width: number;
  height: number;
  processingTimeMs: number;
}

type Held = Readonly<{ itemId: string; claimId: string }>;

/**
 * Completes a screenshot: terminal state, end of claim and event in one transaction.
 * Undefined when the claim was lost meanwhile; then nothing is written.
 */
export async function completeScreenshot(
  trx: Transaction,
  { held, image, retentionHours, eventId }: { held: Held; image: StoredImage; retentionHours: number; eventId: string },
): Promise<ScreenshotRow | undefined> {
  if (!(await finish(trx, held))) return undefined;
  const stored = await row<StoredRow>(
    trx,
    `update screenshots
     set status = 'completed', ended_at = clock_timestamp(), mime_type = :mimeType, file_size = :fileSize,
         width = :width, height = :height, processing_time_ms = :processingTimeMs,
         image_remove_at = clock_timestamp() + make_interval(hours => :retentionHours)
     where id = :id and status = any(:origins)
     returning ${columns}`,
    { id: held.itemId, ...image, retentionHours, origins: originsOf('completed') },
  );
  return tell(trx, stored, eventId);
}

interface Problem {
  code: string;
  message: string;
  eventId: string;
}

/** Fails a screenshot in hand. Undefined when the claim was lost meanwhile; then nothing is written. */
export async function failClaimed(trx: Transaction, { held, ...problem }: Problem & { held: Held }): Promise<ScreenshotRow | undefined> {
  return (await finish(trx, held)) ? failScreenshot(trx, { id: held.itemId, ...problem }) : undefined;
}

/** Fails a screenshot whose item has already left the queue: terminal state and event. */
export async function failScreenshot(
  trx: Transaction,
  { id, code, message, eventId }: Problem & { id: string },
): Promise<ScreenshotRow | undefined> {
  const stored = await row<StoredRow>(
    trx,
    // An earlier try may have stored an image and then been lost: the sweeper looks.
    `update screenshots
     set status = 'failed', ended_at = clock_timestamp(), problem_code = :code, problem_message = :message, image_remove_at = clock_timestamp()
     where id = :id and status = any(:origins)
     returning ${columns}`,
    { id, code, message, origins: originsOf('failed') },
  );
  return tell(trx, stored, eventId);
}

async function tell(trx: Transaction, stored: StoredRow | undefined, eventId: string): Promise<ScreenshotRow | undefined> {
  if (!stored) return undefined;
  const screenshot = screenshotFromStored(stored);
  await announce(trx, eventOf(screenshot, eventId));
  return screenshot;
}
