import { Failure } from '@shotwire/failures';
import type { Postgres, Transaction } from '@shotwire/postgres';
import { fingerprintOf } from '../core/fingerprint.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { findScreenshots } from '../sql/find-screenshots.ts';
import { insertScreenshot } from '../sql/insert-screenshot.ts';
import { insertWishes, type Wish } from '../sql/insert-wishes.ts';
import type { Room } from './room.ts';

interface CommitParts {
  postgres: Pick<Postgres, 'transaction'>;
  room: Pick<Room, 'admit'>;
  retentionHours: number;
  newId: () => string;
}

type Single = Omit<Wish, 'batchId' | 'batchRow'>;

type Turn = PromiseWithResolvers<ScreenshotRow | undefined> & { wish: Single };

/** So long the next ones wait for those that are being committed, and grow more; a connection that is stuck holds them up no longer. */
const patienceMs = 100;
/** Wishes of one transaction. */
const togetherAtMost = 64;

/**
 * Commits wishes, each as if it were alone: gives its row, or undefined when its id is another account's, or throws why there is no room.
 * Those that come while others are being committed share a transaction, since a transaction costs more than a row. A wish that has to
 * look for equal ones, or brings a page with it, has one of its own.
 */
export function openCommits({ postgres, room, retentionHours, newId }: CommitParts): (wish: Single) => Promise<ScreenshotRow | undefined> {
  const waiting: Turn[] = [];
  let isServing = false;

  async function serve(): Promise<void> {
    isServing = true;
    while (waiting.length > 0) await orLate(commit(takeSome(waiting)));
    isServing = false;
  }

  async function commit(turns: readonly Turn[]): Promise<void> {
    try {
      const wishes = turns.map(({ wish }) => wish);
      const ends = await postgres.transaction((trx) => insertTogether(trx, wishes));
      for (const [at, { resolve, reject }] of turns.entries()) {
        const end = ends[at];
        if (end instanceof Failure) reject(end);
        else resolve(end);
      }
    } catch (thrown) {
      // What Postgres cannot hold of one must not fail the others.
      if (turns.length > 1 && Failure.from(thrown).kind === 'internal') for (const turn of turns) await commit([turn]);
      else for (const { reject } of turns) reject(thrown);
    }
  }

  async function insertTogether(trx: Transaction, wishes: readonly Single[]): Promise<(ScreenshotRow | Failure | undefined)[]> {
    const refusals = await room.admit(
      trx,
      wishes.map(({ accountId }) => accountId),
    );
    const admitted = wishes.filter((_, at) => !refusals[at]);
    if (admitted.length > 0) await insertWishes(trx, admitted.map(planned), { retentionHours });
    const found = new Map((await findScreenshots(trx, wishes)).map((row) => [row.id, row]));
    // One that was committed before needs no room.
    return wishes.map(({ id }, at) => found.get(id) ?? refusals[at]);
  }

  async function commitAlone(wish: Single): Promise<ScreenshotRow | undefined> {
    return postgres.transaction(async (trx) => {
      const [refusal] = await room.admit(trx, [wish.accountId]);
      if (!refusal) await insertScreenshot(trx, { ...wish, retentionHours, newEventId: newId });
      const [row] = await findScreenshots(trx, [wish]);
      if (!row && refusal) throw refusal;
      return row;
    });
  }

  return (wish) => {
    if (wish.dedupe || wish.cacheTtlS > 0 || wish.url === '') return commitAlone(wish);
    const turn: Turn = { ...Promise.withResolvers<ScreenshotRow | undefined>(), wish };
    waiting.push(turn);
    if (!isServing) void serve();
    return turn.promise;
  };
}

/** Resolves when that is done, or has taken too long. */
async function orLate(done: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, patienceMs);
  await Promise.race([done, late.promise]);
  clearTimeout(timer);
}

/** Takes the first off the line, without two of one id: the second finds what the first has made. */
function takeSome(waiting: Turn[]): Turn[] {
  const ids = new Set<string>();
  const firstAgain = waiting.findIndex(({ wish: { id } }, at) => at >= togetherAtMost || ids.size === ids.add(id).size);
  return waiting.splice(0, firstAgain === -1 ? waiting.length : firstAgain);
}

function planned(wish: Single) {
  const alone = { leaderId: null, resultId: null, cache: null, urgency: wish.priority };
  return { ...wish, batchId: null, batchRow: null, fingerprint: fingerprintOf(wish), ...alone };
}
