import type { Archive } from '@shotwire/archive';
import { deadline } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import { type Postgres, persist, type Transaction } from '@shotwire/postgres';
import type { Logger } from '@shotwire/telemetry';
import type { Devices } from '../core/devices.ts';
import { budgetMs, makeExact } from '../core/options.ts';
import type { ClaimedScreenshot } from '../sql/claim-screenshots.ts';
import { completeScreenshot, failClaimed } from '../sql/end-screenshot.ts';
import { findCrawl } from '../sql/find-crawl.ts';
import { findPage } from '../sql/find-screenshots.ts';
import { handBackScreenshot, postponeScreenshot } from '../sql/lapse-screenshots.ts';
import type { Camera, Report, Robots } from './camera.ts';
import { mayBegin, pagesFrom } from './crawl.ts';
import { openJournal } from './journal.ts';
import { keepArtefacts, keepReport } from './keep.ts';
import { shoot } from './shoot.ts';

/** What one sitting ended in. */
export type Outcome = 'completed' | 'failed' | 'postponed' | 'handed_back' | 'claim_lost';

export interface SittingParts {
  postgres: Postgres;
  archive: Pick<Archive, 'put'>;
  camera: Camera;
  robots: Robots;
  devices: Devices;
  log: Logger;
  newId: () => string;
  retentionHours: number;
  /** Claims after which a screenshot that keeps being interrupted fails. */
  maxClaims: number;
  /** Aborts when the service can wait no longer; what is in hand is handed back. */
  closing: AbortSignal;
}

/** One screenshot from claim to end: shoot → keep → finish. It never rejects: whatever happens is an outcome. */
export async function sit(parts: SittingParts, { claim, claimedAt, screenshot }: ClaimedScreenshot): Promise<Outcome> {
  const { postgres, camera, robots, devices, log, newId, retentionHours, maxClaims, closing } = parts;
  const began = performance.now();
  const journal = openJournal({ acceptedAt: screenshot.createdAt, claimedAt, claimedMs: began, claims: claim.claims });
  const keeping = { archive: parts.archive, screenshot };
  const ending = { held: claim, retentionHours, newEventId: newId };
  const record = <T>(act: (trx: Transaction) => Promise<T>) => persist(() => postgres.transaction(act), closing);
  let told: Report = {};

  try {
    const options = makeExact(screenshot.options, devices);
    const { batchId } = screenshot;
    const crawl = batchId === null ? undefined : await record((trx) => findCrawl(trx, batchId));
    const crawling = crawl && { crawl, robots, signal: closing };
    if (crawling && screenshot.batchRow === 1) await mayBegin(crawling);
    const late = new Failure('timeout', {
      says: `Page load timed out after ${options.timeout} ${options.timeout === 1 ? 'second' : 'seconds'}.`,
    });
    using limit = deadline(budgetMs(options), late, closing);
    const order = {
      id: screenshot.id,
      accountId: screenshot.accountId,
      url: screenshot.url,
      ...(await givenPage()),
      links: crawl !== undefined,
      options,
    };
    const capture = await shoot(camera, order, limit.signal, tryAgain, (report) => {
      told = report;
    });
    told = capture.report;
    const kept = await keepArtefacts(keeping, capture);
    journal.note('stored');
    const reportKey = await keepReport(keeping, journal.close(capture.report));
    const found = crawling && capture.links && { screenshot, found: await pagesFrom(crawling, capture.links) };
    const result = { ...kept, reportKey, processingTimeMs: Math.round(performance.now() - began) };
    return (await record((trx) => completeScreenshot(trx, { ...ending, result, found }))) ? 'completed' : 'claim_lost';
  } catch (thrown) {
    return await giveUp(Failure.from(thrown));
  }

  async function givenPage(): Promise<{ html?: string; markdown?: string }> {
    if (screenshot.source === 'url') return {};
    const page = await record((trx) => findPage(trx, screenshot.id));
    return page === undefined ? {} : { [screenshot.source]: page };
  }

  function tryAgain(failure: Failure): void {
    journal.note('tried_again', { code: failure.code });
    log.warn({ screenshot: screenshot.id, error: failure }, 'the browser was lost; trying again');
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
      // A failure is told even where its report cannot be kept.
      const reportKey = await keepReport(keeping, journal.close(told, failure)).catch(() => null);
      return (await record((trx) => failClaimed(trx, { ...ending, code, message, reportKey }))) ? 'failed' : 'claim_lost';
    } catch (thrown) {
      log.error({ screenshot: screenshot.id, error: thrown }, 'the end could not be recorded; the lease will lapse');
      return 'claim_lost';
    }
  }
}
