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
  /** Takes room for one screenshot of each account named, in this order; gives, in this order, why there is none. */
  admit(trx: Transaction, accountIds: readonly string[]): Promise<(Failure | undefined)[]>;
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

  const accountNamed = (accountId: string): Known => {
    const known = accounts.get(accountId) ?? { open: 0, at: Number.NEGATIVE_INFINITY };
    accounts.set(accountId, known);
    for (const oldest of accounts.keys()) {
      if (accounts.size <= MOST_ACCOUNTS) break;
      accounts.delete(oldest);
    }
    return known;
  };

  /** How many more there is room for. */
  const left = async (known: Known, wanted: { count: number; limit: number; anew: boolean }, countAll: () => Promise<number>) => {
    const { count, limit, anew } = wanted;
    // Also where our clock stepped back: what is counted in the future would be believed until then.
    if (anew || Math.abs(now() - known.at) > KNOWN_MS || known.open + count > limit) {
      known.open = await countAll();
      known.at = now();
    }
    return limit - known.open;
  };
  const leftOfAccount = (trx: Transaction, accountId: string, { count, anew }: { count: number; anew: boolean }) =>
    left(accountNamed(accountId), { count, limit: pendingPerAccount, anew }, () =>
      countOpen(trx, { accountId, atMost: pendingPerAccount }),
    );
  const leftOfQueue = (trx: Transaction, { count, anew }: { count: number; anew: boolean }) =>
    left(queue, { count, limit: queueLimit, anew }, () => depth(trx, queueLimit));
  const add = (accountId: string, count: number) => {
    for (const known of [accountNamed(accountId), queue]) known.open += count;
  };

  return {
    async take(trx, { accountId, count, many: anew = false }) {
      if ((await leftOfAccount(trx, accountId, { count, anew })) < count) throw full('account_full');
      if ((await leftOfQueue(trx, { count, anew })) < count) throw full('queue_full');
      add(accountId, count);
    },

    async admit(trx, accountIds) {
      const ofAccounts = new Map<string, number>();
      for (const [accountId, { length: count }] of Map.groupBy(accountIds, (accountId) => accountId))
        ofAccounts.set(accountId, await leftOfAccount(trx, accountId, { count, anew: false }));
      let ofQueue = await leftOfQueue(trx, { count: accountIds.length, anew: false });
      return accountIds.map((accountId) => {
        const ofAccount = ofAccounts.get(accountId) ?? 0;
        if (ofAccount < 1) return full('account_full');
        if (ofQueue < 1) return full('queue_full');
        ofAccounts.set(accountId, ofAccount - 1);
        ofQueue -= 1;
        add(accountId, 1);
        return undefined;
      });
    },
  };
}

function full(kind: 'account_full' | 'queue_full'): Failure {
  return new Failure(kind, { retryAfterS: RETRY_AFTER_S });
}
