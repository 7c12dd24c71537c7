import type { Instant } from '@shotwire/contract';
import { row, rows, type Transaction } from '@shotwire/postgres';
import type { DeliveryRow, openStates, State } from '../core/delivery.ts';
import { deliveryIdOf } from '../core/signature.ts';

/** A delivery as it was found. */
export interface FoundDelivery extends Omit<DeliveryRow, 'target'> {
  sequence: number;
  /** Where it went last. */
  lastTarget: string | null;
  /** Where it will go: empty when its app is gone. */
  url: string | null;
}

const selected = `
  select d.sequence, d.webhook_id as "webhookId", d.event_id as "eventId", d.event_type as "eventType", d.subject_id as "subjectId",
         d.app_id as "appId", d.state, d.attempts, d.next_attempt_at as "nextAttemptAt", d.last_status as "lastStatus",
         d.last_error as "lastError", d.last_target as "lastTarget", d.created_at as "createdAt", d.ended_at as "endedAt",
         coalesce(d.url, a.settings ->> 'url',
                  concat_ws('/', a.settings ->> 'endpoint', a.settings ->> 'bucket', coalesce(nullif(d.path_template, ''), a.settings ->> 'path_template'))
         ) as url`;

/** Which deliveries; null does not narrow the choice. */
export interface DeliveryChoice {
  accountId: string;
  subjectIds: readonly string[] | null;
  appId: string | null;
  state: State | null;
  eventType: string | null;
  since: Instant | null;
  until: Instant | null;
  /** Only those with a lower sequence. */
  before: string | null;
  limit: number;
}

/** A page of an account's deliveries, newest first. */
export function listDeliveries(trx: Transaction, choice: DeliveryChoice): Promise<FoundDelivery[]> {
  return rows<FoundDelivery>(
    trx,
    `${selected}
     from deliveries d left join apps a on a.id = d.app_id
     where d.account_id = :accountId
       and (:subjectIds::uuid[] is null or d.subject_id = any(:subjectIds::uuid[]))
       and (:appId::uuid is null or d.app_id = :appId::uuid)
       and (:state::text is null or d.state = :state)
       and (:eventType::text is null or d.event_type = :eventType)
       and (:since::timestamptz is null or d.created_at >= :since::timestamptz)
       and (:until::timestamptz is null or d.created_at < :until::timestamptz)
       and (:before::bigint is null or d.sequence < :before::bigint)
     order by d.sequence desc
     limit :limit`,
    { ...choice },
  );
}

/** A delivery of an account, with its body once that is frozen: an object, where that of an upload is the key it was kept under. */
export function findDelivery(
  trx: Transaction,
  { webhookId, accountId }: { webhookId: string; accountId: string },
): Promise<(FoundDelivery & { id: string; body: Buffer | null }) | undefined> {
  return row(
    trx,
    `${selected}, d.id, case when substring(b.body from 1 for 1) = convert_to('{', 'UTF8') then b.body end as body
     from deliveries d left join apps a on a.id = d.app_id left join bodies b on b.delivery_id = d.id
     where d.id = :id::uuid and d.account_id = :accountId`,
    { id: deliveryIdOf(webhookId), accountId },
  );
}

/** What is still to be done. */
export interface Backlog extends Record<(typeof openStates)[number], number> {
  /** For how many seconds the delivery that is longest overdue has been due. */
  oldestDueS: number;
}

/** How many deliveries are in each state in which there is something to come, and how late the latest of them is. */
export async function backlog(trx: Transaction): Promise<Backlog> {
  const found = await row<Backlog>(
    trx,
    `select count(*) filter (where state = 'pending') as pending, count(*) filter (where state = 'sending') as sending,
            count(*) filter (where state = 'paused') as paused,
            greatest(coalesce(extract(epoch from now() - min(next_attempt_at)), 0), 0)::float8 as "oldestDueS"
     from deliveries where state in ('pending', 'sending', 'paused')`,
  );
  return found ?? { pending: 0, sending: 0, paused: 0, oldestDueS: 0 };
}
