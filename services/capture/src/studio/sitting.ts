import type { Archive } from '@shotwire/archive';
import { deadline } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import { type Postgres, persist, type Transaction } from '@shotwire/postgres';
import type { Logger } from '@shotwire/telemetry';
import type { Devices } from '../core/devices.ts';
import { budgetMs, makeExact } from '../core/options.ts';
import type { ClaimedScreenshot } from '../sql/claim-screenshots.ts';
import { completeScreenshot, failClaimed } from '../sql/end-screenshot.ts';
import { handBackScreenshot, postponeScreenshot } from '../sql/lapse-screenshots.ts';
import type { Camera } from './camera.ts';
import { shoot } from './shoot.ts';

/** What one sitting ended in. */
export type Outcome = 'completed' | 'failed' | 'postponed' | 'handed_back' | 'claim_lost';

export interface SittingParts {
  postgres: Postgres;
  archive: Pick<Archive, 'put'>;
  camera: Camera;
  devices: Devices;
  log: Logger;
  newId: () => string;
  retentionHours: number;
  /** Claims after which a screenshot that keeps being interrupted fails. */
  maxClaims: number;
  /** Aborts when the service can wait no longer; what is in hand is handed back. */
  closing: AbortSignal;
}

/** Time allowed for storing an image; it is not the page's, so not part of its budget. */
const STORE_MS = 30_000;

/** One screenshot from claim to end: shoot → keep → finish. It never rejects: whatever happens is an outcome. */
export async function sit(parts: SittingParts, { claim, screenshot }: ClaimedScreenshot): Promise<Outcome> {
  const { postgres, archive, camera, devices, log, newId, retentionHours, maxClaims, closing } = parts;
  const began = performance.now();
  const record = <T>(act: (trx: Transaction) => Promise<T>) => persist(() => postgres.transaction(act), closing);

  try {
    const options = makeExact(screenshot.options, devices);
    const late = new Failure('timeout', {
      says: `Page load timed out after ${options.timeout} ${options.timeout === 1 ? 'second' : 'seconds'}.`,
    });
    using limit = deadline(budgetMs(options), late, closing);
    const order = { id: screenshot.id, accountId: screenshot.accountId, url: screenshot.url, options };
    const { artefacts } = await shoot(camera, order, limit.signal, (failure) =>
      log.warn({ screenshot: screenshot.id, error: failure }, 'the browser was lost; trying again'),
    );
    const { body, mimeType, width, height } = artefacts[0];
    await archive.put({ key: screenshot.imageKey, body, mimeType, signal: AbortSignal.timeout(STORE_MS) });
    const image = { mimeType, fileSize: body.length, width, height, processingTimeMs: Math.round(performance.now() - began) };
    const completed = await record((trx) => completeScreenshot(trx, { held: claim, image, retentionHours, eventId: newId() }));
    return completed ? 'completed' : 'claim_lost';
  } catch (thrown) {
    return await giveUp(Failure.from(thrown));
  }

  async function giveUp(failure: Failure): Promise<Outcome> {
    try {
      if (closing.aborted) {
        await postgres.transaction((trx) => handBackScreenshot(trx, claim));
        return 'handed_back';
      }
      log.info({ screenshot: screenshot.id, code: failure.code, cause: failure.cause }, 'no picture');
      if (failure.kind === 'storage_failed' && claim.claims < maxClaims) {
        await record((trx) => postponeScreenshot(trx, { held: claim, inS: 5 * 2 ** claim.claims }));
        return 'postponed';
      }
      const { code, message } = failure;
      const failed = await record((trx) => failClaimed(trx, { held: claim, code, message, eventId: newId() }));
      return failed ? 'failed' : 'claim_lost';
    } catch (thrown) {
      log.error({ screenshot: screenshot.id, error: thrown }, 'the end could not be recorded; the lease will lapse');
      return 'claim_lost';
    }
  }
}
