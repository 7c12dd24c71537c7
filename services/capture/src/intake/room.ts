import { Failure } from '@shotwire/failures';
import { depth } from '@shotwire/lanes';
import type { Transaction } from '@shotwire/postgres';
import { countOpen } from '../sql/count-open.ts';

interface RoomParts {
  /** Screenshots of all that may wait or be in hand. */
  queueLimit: number;
  /** Screenshots of one account that may not have ended. */
  pendingPerAccount: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Room for what is to wait. */
export interface Room {
  /**
   * Takes room for screenshots of an account, all or none: Failure `account_full`, or `queue_full`.
   * For many the account is counted anew each time, and whoever wants many at once takes turns.
   */
  take(trx: Transaction, wanted: { accountId: string; count: number; many?: boolean }): Promise<void>;
}

interface Known {
  open: number;
  at: number;
}

/** What was counted is good for so long: nobody counts a hundred thousand rows for each wish. Before anything is refused it is counted anew. */
const KNOWN_MS = 1_000;
/** Accounts that are remembered; the first are forgotten first. */
const MOST_ACCOUNTS = 10_000;
const RETRY_AFTER_S = 10;

/** Opens the room of this replica. Others fill the same: what they took is seen when it is counted again. */
export function createRoom({ queueLimit, pendingPerAccount, now }: RoomParts): Room {
  const accounts = new Map<string, Known>();
  const queue: Known = { open: 0, at: Number.NEGATIVE_INFINITY };

  const fits = async (known: Known, wanted: { count: number; limit: number; anew?: boolean }, countAll: () => Promise<number>) => {
    const { count, limit, anew = false } = wanted;
    // Also where our clock stepped back: what is counted in the future would be believed until then.
    if (anew || Math.abs(now() - known.at) > KNOWN_MS || known.open + count > limit) {
      known.open = await countAll();
      known.at = now();
    }
    if (known.open + count > limit) return false;
    known.open += count;
    return true;
  };

  const accountNamed = (accountId: string): Known => {
    const known = accounts.get(accountId) ?? { open: 0, at: Number.NEGATIVE_INFINITY };
    accounts.set(accountId, known);
    for (const oldest of accounts.keys()) {
      if (accounts.size <= MOST_ACCOUNTS) break;
      accounts.delete(oldest);
    }
    return known;
  };

  return {
    async take(trx, { accountId, count, many = false }) {
      const ofAccount = { count, limit: pendingPerAccount, anew: many };
      if (!(await fits(accountNamed(accountId), ofAccount, () => countOpen(trx, { accountId, atMost: pendingPerAccount }))))
        throw new Failure('account_full', { retryAfterS: RETRY_AFTER_S });
      if (!(await fits(queue, { count, limit: queueLimit, anew: many }, () => depth(trx, queueLimit))))
        throw new Failure('queue_full', { retryAfterS: RETRY_AFTER_S });
    },
  };
}
