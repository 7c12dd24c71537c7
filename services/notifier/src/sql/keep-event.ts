import { toBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema, instantFromTimestamp } from '@shotwire/contract';
import { enqueue, priorities } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import { type AppForEvent, type Destination, destinationsOf, wantsAppsNaming } from '../core/destination.ts';
import { webhookIdOf } from '../core/signature.ts';
import type { Trouble } from '../core/verdict.ts';

/** A reason why a delivery is not even begun. */
export type Refusal = Extract<Trouble, 'too_many_pending' | 'too_many_hosts'>;

export interface Keeping {
  event: Event;
  newId: () => string;
  /** Judges a delivery to be; one that is refused is on record, and has failed. */
  refuse: (trx: Transaction, to: { accountId: string; destination: Destination }) => Promise<Refusal | undefined>;
}

/** How many deliveries of an event were made now, and how many of them are due. */
export interface Kept {
  made: number;
  due: number;
}

/** Makes the deliveries of an event, however often it comes: one a destination, due at once. */
export async function keepEvent(trx: Transaction, { event, newId, refuse }: Keeping): Promise<Kept> {
  const destinations = destinationsOf(event, await appsFor(trx, event));
  const kept: Kept = { made: 0, due: 0 };
  if (destinations.length === 0) return kept;
  await insertEvent(trx, event);
  for (const destination of destinations) {
    const refusal = await refuse(trx, { accountId: event.accountId, destination });
    const state = refusal ? 'failed' : destination.paused ? 'paused' : 'pending';
    const made = await insertDelivery(trx, { event, destination, id: newId(), state, refusal });
    if (made) kept.made += 1;
    if (made && state === 'pending') kept.due += 1;
  }
  return kept;
}

/** The apps of the account that may have to do with an event. They stay as they are until its deliveries are made: a deleted one has none. */
async function appsFor(trx: Transaction, { type, accountId, screenshot, batch }: Event): Promise<AppForEvent[]> {
  const chosen = Object.keys((screenshot ?? batch)?.announcement?.apps ?? {});
  const all = wantsAppsNaming(type);
  if (!all && chosen.length === 0) return [];
  return rows<AppForEvent>(
    trx,
    `select id, kind, state, coalesce(array(select jsonb_array_elements_text(settings -> 'events')), '{}') as events
     from apps where account_id = :accountId and (:all or id::text = any(:chosen))
     order by id for share`,
    { accountId, all, chosen },
  );
}

async function insertEvent(trx: Transaction, event: Event): Promise<void> {
  await touch(
    trx,
    `insert into events (event_id, account_id, type, occurred_at, payload)
     values (:id, :accountId, :type, coalesce(:occurredAt::timestamptz, clock_timestamp()), :payload)
     on conflict do nothing`,
    {
      id: event.id,
      accountId: event.accountId,
      type: event.type,
      occurredAt: event.occurredAt ? instantFromTimestamp(event.occurredAt) : null,
      payload: Buffer.from(toBinary(EventSchema, event)),
    },
  );
}

interface NewDelivery {
  event: Event;
  destination: Destination;
  id: string;
  state: 'pending' | 'paused' | 'failed';
  refusal: Refusal | undefined;
}

async function insertDelivery(trx: Transaction, { event, destination: to, id, state, refusal }: NewDelivery): Promise<boolean> {
  const made = await touch(
    trx,
    `insert into deliveries (id, webhook_id, event_id, event_type, destination, subject_id, account_id, lane, app_id, url, path_template,
                             sealed, state, last_error, next_attempt_at, ended_at)
     values (:id, :webhookId, :eventId, :eventType, :destination, :subjectId, :accountId, :lane, :appId, :url, :pathTemplate,
             :sealed, :state, :refusal, case when :state = 'pending' then now() end, case when :state = 'failed' then clock_timestamp() end)
     on conflict do nothing`,
    {
      id,
      webhookId: webhookIdOf(id),
      eventId: event.id,
      eventType: event.type,
      accountId: event.accountId,
      destination: to.destination,
      subjectId: to.subjectId,
      lane: to.lane,
      appId: to.appId,
      url: to.url,
      pathTemplate: to.pathTemplate,
      sealed: to.sealed && Buffer.from(to.sealed),
      state,
      refusal: refusal ?? null,
    },
  );
  if (made === 1 && state === 'pending')
    await enqueue(trx, { itemId: id, lane: to.lane, owner: event.accountId, priority: priorities.normal });
  return made === 1;
}
