import type { Transaction } from '@shotwire/postgres';
import type { Destination } from '../core/destination.ts';
import { noteHost, openDeliveries } from '../sql/account-caps.ts';
import type { Refusal } from '../sql/keep-event.ts';

interface CapsParts {
  /** Deliveries of one account that have not ended, at most. */
  pendingPerAccount: number;
  /** Hosts that an account's requests name within an hour, at most. */
  hostsPerHour: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What was found out is good for so long: nobody counts a hundred thousand rows for each event. */
const PENDING_MS = 5_000;
const HOST_MS = 300_000;
/** Hosts that are remembered; the first are forgotten first. */
const MOST_HOSTS = 10_000;

/**
 * What one account may have: more than people need, and less than would make this a weapon or a landfill. What is past it is on
 * record as failed, and can be sent again by hand.
 */
export function createCaps({ pendingPerAccount, hostsPerHour, now }: CapsParts) {
  const pending = new Map<string, { open: number; at: number; counted: Set<string> }>();
  const hosts = new Map<string, number>();

  const isFull = async (trx: Transaction, accountId: string, delivery: string): Promise<boolean> => {
    let known = pending.get(accountId);
    // Also where our clock stepped back: what is counted in the future would be believed until then.
    if (!known || Math.abs(now() - known.at) > PENDING_MS) {
      known = { open: await openDeliveries(trx, { accountId, atMost: pendingPerAccount }), at: now(), counted: new Set() };
      // The latest stands last: accounts that nothing comes from any more stand first, and are forgotten.
      pending.delete(accountId);
      pending.set(accountId, known);
      for (const [other, { at }] of pending) {
        if (Math.abs(now() - at) <= PENDING_MS) break;
        pending.delete(other);
      }
    }
    // An event may come again and again, and is one all the same.
    known.counted.add(delivery);
    return known.open + known.counted.size > pendingPerAccount;
  };

  const isStranger = async (trx: Transaction, accountId: string, url: string): Promise<boolean> => {
    // What is no URL fails by itself.
    if (!URL.canParse(url)) return false;
    const { host } = new URL(url);
    const key = `${accountId} ${host}`;
    if (Math.abs(now() - (hosts.get(key) ?? Number.NEGATIVE_INFINITY)) < HOST_MS) return false;
    if (!(await noteHost(trx, { accountId, host, atMost: hostsPerHour }))) return true;
    hosts.set(key, now());
    for (const oldest of hosts.keys()) {
      if (hosts.size <= MOST_HOSTS) break;
      hosts.delete(oldest);
    }
    return false;
  };

  return async (
    trx: Transaction,
    { accountId, eventId, destination }: { accountId: string; eventId: string; destination: Destination },
  ): Promise<Refusal | undefined> => {
    if (destination.url !== null && (await isStranger(trx, accountId, destination.url))) return 'too_many_hosts';
    if (await isFull(trx, accountId, `${eventId} ${destination.destination}`)) return 'too_many_pending';
    return undefined;
  };
}
