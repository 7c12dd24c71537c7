import { rows, type Transaction } from '@shotwire/postgres';
import { restDeliveries } from './rest-deliveries.ts';

/** How an attempt at an app ended. */
export interface AppOutcome {
  appId: string;
  succeeded: boolean;
  /** Why it is to be disabled: its receiver is gone, or asked for it. */
  disables: 'gone' | 'asked' | null;
}

/** An app that has done nothing but fail for so long is disabled. */
const FAILING_DAYS = 5;

/** An app that was disabled just now. */
export interface DisabledApp {
  id: string;
  accountId: string;
  description: string;
  reason: string;
}

interface Noted {
  /** Apps among them that are not enabled, those that were disabled now included. */
  resting: Set<string>;
  /** Apps that were disabled now. */
  disabled: DisabledApp[];
}

/**
 * Notes how attempts at apps ended: since when an app fails, and that it is disabled when its receiver is gone or asked for it, or when
 * it has failed for days. What is pending for it then rests.
 */
export async function noteAppOutcomes(trx: Transaction, outcomes: readonly AppOutcome[]): Promise<Noted> {
  const noted: Noted = { resting: new Set(), disabled: [] };
  const telling = new Map<string, AppOutcome>();
  for (const one of outcomes) {
    const before = telling.get(one.appId);
    const disables = one.disables ?? before?.disables ?? null;
    telling.set(one.appId, { appId: one.appId, succeeded: one.succeeded || (before?.succeeded ?? false), disables });
  }
  if (telling.size === 0) return noted;
  const inOrder = [...telling.values()].toSorted((a, b) => (a.appId < b.appId ? -1 : 1));
  const apps = await rows<{ appId: string; accountId: string; description: string; state: string; failing: boolean; longFailing: boolean }>(
    trx,
    `select id as "appId", account_id as "accountId", description, state, failing_since is not null as failing,
            coalesce(failing_since < now() - make_interval(days => :days), false) as "longFailing"
     from apps where id = any(:appIds::uuid[]) order by id for no key update`,
    { appIds: inOrder.map(({ appId }) => appId), days: FAILING_DAYS },
  );
  for (const { appId, state, failing, longFailing, ...about } of apps) {
    const outcome = telling.get(appId) as AppOutcome;
    const reason = outcome.disables ?? (longFailing && !outcome.succeeded ? 'failing' : undefined);
    // Most attempts change nothing about their app, and its row is left alone.
    if (failing === outcome.succeeded || (reason && state === 'enabled')) await change(trx, { appId, outcome, reason });
    if (reason && state === 'enabled') noted.disabled.push({ id: appId, reason, ...about });
    if (reason || state !== 'enabled') noted.resting.add(appId);
  }
  return noted;
}

async function change(trx: Transaction, { appId, outcome, reason }: { appId: string; outcome: AppOutcome; reason: string | undefined }) {
  const [changed] = await rows<{ state: string }>(
    trx,
    `update apps
     set failing_since = case when :succeeded then null else coalesce(failing_since, now()) end,
         state = case when state = 'enabled' and :reason::text is not null then 'disabled' else state end,
         disabled_reason = case when state = 'enabled' then :reason::text else disabled_reason end
     where id = :appId
     returning state`,
    { appId, succeeded: outcome.succeeded, reason: reason ?? null },
  );
  if (changed?.state === 'disabled') await restDeliveries(trx, appId);
}
