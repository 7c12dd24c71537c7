import type { Instant } from '@shotwire/contract';
import { enqueue, priorities } from '@shotwire/lanes';
import { row, rows, type Transaction } from '@shotwire/postgres';

/** Which deliveries that failed. */
export interface RecoverChoice {
  accountId: string;
  /** Null for all of the account. */
  appId: string | null;
  since: Instant;
  until: Instant;
}

/** Deliveries that one call makes due at most. */
const RECOVERED_AT_ONCE = 10_000;

const chosen = `
  select id from deliveries
  where account_id = :accountId and state = 'failed' and ended_at >= :since::timestamptz and ended_at < :until::timestamptz
    and (:appId::uuid is null or app_id = :appId::uuid) and (app_id is null or app_id = any(:enabled::uuid[]))
  order by sequence limit :atOnce`;

/** How many deliveries a recovery would make due. */
export async function countRecoverable(trx: Transaction, choice: RecoverChoice): Promise<number> {
  const bindings = { ...choice, enabled: await enabledApps(trx, choice), atOnce: RECOVERED_AT_ONCE };
  return (await row<{ n: number }>(trx, `select count(*) as n from (${chosen}) counted`, bindings))?.n ?? 0;
}

/**
 * Makes deliveries that failed due now, behind everything else in their lanes, at the beginning of their schedules; gives how many.
 * Of too many the oldest: the same call again goes on with the others.
 */
export async function recoverDeliveries(trx: Transaction, choice: RecoverChoice): Promise<number> {
  const bindings = { ...choice, enabled: await enabledApps(trx, choice), atOnce: RECOVERED_AT_ONCE };
  const recovered = await rows<{ itemId: string; lane: string; owner: string }>(
    trx,
    `update deliveries d set state = 'pending', next_attempt_at = now(), failures = 0, spared = attempts, ended_at = null
     from (${chosen}) c
     where d.id = c.id and d.state = 'failed'
     returning d.id as "itemId", d.lane, d.account_id as owner`,
    bindings,
  );
  if (recovered.length > 0) await enqueue(trx, ...recovered.map((item) => ({ ...item, priority: priorities.background })));
  return recovered.length;
}

/** The apps that are enabled, and stay it until this transaction ends. */
async function enabledApps(trx: Transaction, { accountId }: RecoverChoice): Promise<string[]> {
  const apps = await rows<{ id: string }>(
    trx,
    `select id from apps where account_id = :accountId and state = 'enabled' order by id for share`,
    { accountId },
  );
  return apps.map(({ id }) => id);
}
