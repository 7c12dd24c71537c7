import type { Postgres, Transaction } from '@shotwire/postgres';
import { renew } from './hold.ts';
import { repeat } from './repeat.ts';
import { forgetQuietLanes } from './state.ts';

interface LeaseParts {
  postgres: Postgres;
  leaseS: number;
  /** The claims in hand now. */
  inHand: () => Iterable<string>;
  /** Takes back what others were holding when they fell silent; gives how many. */
  lapse: (trx: Transaction) => Promise<number>;
  /** Called when something was taken back. */
  onLapsed: (items: number) => void;
  onTrouble: (thrown: unknown) => void;
}

/** Renews the leases of what is in hand three times a lease, and takes back what others let lapse. */
export function keepLeases({ postgres, leaseS, inHand, lapse, onLapsed, onTrouble }: LeaseParts): AsyncDisposable {
  return repeat({
    everyMs: (leaseS * 1000) / 3,
    onTrouble,
    work: async () => {
      const claimIds = [...new Set(inHand())];
      // Two transactions: what others let lapse must not cost us our own leases when it cannot be taken back.
      if (claimIds.length > 0) await postgres.transaction((trx) => renew(trx, { claimIds, leaseS }));
      await postgres.transaction(forgetQuietLanes);
      const lapsed = await postgres.transaction(lapse);
      if (lapsed > 0) onLapsed(lapsed);
    },
  });
}
