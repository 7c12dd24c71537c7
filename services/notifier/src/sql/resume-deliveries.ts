import { enqueue, priorities } from '@shotwire/lanes';
import { rows, type Transaction } from '@shotwire/postgres';
import { inParts } from './in-parts.ts';

interface Resumed {
  itemId: string;
  lane: string;
  owner: string;
  attempts: number;
}

/**
 * Makes the deliveries that rested with their app due now, the pair of restDeliveries; gives how many. Those that were tried before
 * let the others go first.
 */
export async function resumeDeliveries(trx: Transaction, appId: string): Promise<number> {
  const resumed = await rows<Resumed>(
    trx,
    `update deliveries set state = 'pending', next_attempt_at = now()
     where app_id = :appId and state = 'paused'
     returning id as "itemId", lane, account_id as owner, attempts`,
    { appId },
  );
  const items = resumed.map(({ attempts, ...item }) => ({ ...item, priority: attempts === 0 ? priorities.normal : priorities.background }));
  for (const part of inParts(items)) await enqueue(trx, ...part);
  return resumed.length;
}

/**
 * Makes due what rests although its app is enabled: somebody let it rest who saw the app a moment before it was enabled.
 * 100 apps at most; those that somebody is changing are left for the next time.
 */
export async function resumeForgotten(trx: Transaction): Promise<void> {
  const apps = await rows<{ id: string }>(
    trx,
    `select id from apps a
     where state = 'enabled' and exists (select from deliveries d where d.app_id = a.id and d.state = 'paused')
     order by id limit 100 for no key update skip locked`,
  );
  for (const { id } of apps) await resumeDeliveries(trx, id);
}
