import { cancel } from '@shotwire/lanes';
import { type Transaction, touch } from '@shotwire/postgres';

/**
 * Takes what cannot be sent out of the queue. It was made due by somebody who saw its app a moment before that changed: it waits for
 * its app, or is cancelled where that is gone.
 */
export async function setAside(trx: Transaction, ids: readonly string[]): Promise<void> {
  await cancel(trx, ...ids);
  await touch(
    trx,
    `with found as (
       select d.id, case when a.id is null then 'cancelled' else 'paused' end as next from deliveries d left join apps a on a.id = d.app_id
       where d.id = any(:ids::uuid[]) and d.state = 'pending'
     )
     update deliveries d
     set state = found.next, next_attempt_at = null, ended_at = case when found.next = 'cancelled' then clock_timestamp() end
     from found where d.id = found.id`,
    { ids },
  );
}
