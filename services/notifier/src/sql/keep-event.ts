import { toBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema, instantFromTimestamp } from '@shotwire/contract';
import { enqueue, priorities } from '@shotwire/lanes';
import { rows, type Transaction } from '@shotwire/postgres';
import { type AppForEvent, type Destination, destinationsOf, wantsAppsNaming } from '../core/destination.ts';
import { webhookIdOf } from '../core/signature.ts';
import type { Trouble } from '../core/verdict.ts';

/** A reason why a delivery is not even begun. */
export type Refusal = Extract<Trouble, 'too_many_pending' | 'too_many_hosts'>;

export interface Keeping {
  event: Event;
  newId: () => string;
  /** Judges a delivery to be; one that is refused is on record, and has failed. */
  refuse: (trx: Transaction, to: { accountId: string; eventId: string; destination: Destination }) => Promise<Refusal | undefined>;
}

/** How many deliveries of an event were made now, and how many of them are due. */
export interface Kept {
  made: number;
  due: number;
}

/** Makes the deliveries of an event, however often it comes: one a destination, due at once. */
export async function keepEvent(trx: Transaction, { event, newId, refuse }: Keeping): Promise<Kept> {
  const destinations = destinationsOf(event, await appsFor(trx, event));
  if (destinations.length === 0) return { made: 0, due: 0 };
  const wanted: NewDelivery[] = [];
  for (const destination of destinations) {
    const refusal = await refuse(trx, { accountId: event.accountId, eventId: event.id, destination });
    wanted.push({ id: newId(), destination, refusal, state: refusal ? 'failed' : destination.paused ? 'paused' : 'pending' });
  }
  const made = await insertDeliveries(trx, event, wanted);
  const due = wanted.filter(({ id, state }) => made.has(id) && state === 'pending');
  const [owner, priority] = [event.accountId, priorities.normal];
  if (due.length > 0) await enqueue(trx, ...due.map(({ id, destination: { lane } }) => ({ itemId: id, lane, owner, priority })));
  return { made: made.size, due: due.length };
}

/**
 * The apps of the account that may have to do with an event. None of them is deleted before its deliveries are made. One may be paused or
 * enabled, which the claim and resumeForgotten notice: a lock against that would lock couriers out whose apps tell each other's news.
 */
async function appsFor(trx: Transaction, { type, accountId, screenshot, batch }: Event): Promise<AppForEvent[]> {
  const chosen = Object.keys((screenshot ?? batch)?.announcement?.apps ?? {});
  const all = wantsAppsNaming(type);
  if (!all && chosen.length === 0) return [];
  return rows<AppForEvent>(
    trx,
    `select id, kind, state, coalesce(array(select jsonb_array_elements_text(settings -> 'events')), '{}') as events
     from apps where account_id = :accountId and (:all or id::text = any(:chosen))
     order by id for key share`,
    { accountId, all, chosen },
  );
}

interface NewDelivery {
  id: string;
  destination: Destination;
  refusal: Refusal | undefined;
  state: 'pending' | 'paused' | 'failed';
}

/** Keeps an event and what it makes, in one statement since most of what that costs is the way there. Gives the ids that are new. */
async function insertDeliveries(trx: Transaction, event: Event, wanted: readonly NewDelivery[]): Promise<Set<string>> {
  const made = await rows<{ id: string }>(
    trx,
    `with kept as (
       insert into events (event_id, account_id, type, occurred_at, payload)
       values (:eventId, :accountId, :eventType, coalesce(:occurredAt::timestamptz, clock_timestamp()), :payload)
       on conflict do nothing
     )
     insert into deliveries (id, webhook_id, event_id, event_type, destination, subject_id, account_id, lane, app_id, url, path_template,
                             sealed, state, last_error, next_attempt_at, ended_at)
     select id, webhook_id, :eventId, :eventType, destination, subject_id, :accountId, lane, app_id, url, path_template,
            sealed, state, refusal, case when state = 'pending' then now() end, case when state = 'failed' then clock_timestamp() end
     from unnest(:ids::uuid[], :webhookIds::text[], :destinations::text[], :subjectIds::uuid[], :lanes::text[], :appIds::uuid[], :urls::text[],
                 :pathTemplates::text[], :sealed::bytea[], :states::text[], :refusals::text[])
       as given (id, webhook_id, destination, subject_id, lane, app_id, url, path_template, sealed, state, refusal)
     on conflict do nothing
     returning id`,
    {
      eventId: event.id,
      accountId: event.accountId,
      eventType: event.type,
      occurredAt: event.occurredAt ? instantFromTimestamp(event.occurredAt) : null,
      payload: Buffer.from(toBinary(EventSchema, event)),
      ids: wanted.map(({ id }) => id),
      webhookIds: wanted.map(({ id }) => webhookIdOf(id)),
      destinations: wanted.map(({ destination }) => destination.destination),
      subjectIds: wanted.map(({ destination }) => destination.subjectId),
      lanes: wanted.map(({ destination }) => destination.lane),
      appIds: wanted.map(({ destination }) => destination.appId),
      urls: wanted.map(({ destination }) => destination.url),
      pathTemplates: wanted.map(({ destination }) => destination.pathTemplate),
      sealed: wanted.map(({ destination: { sealed } }) => sealed && Buffer.from(sealed)),
      states: wanted.map(({ state }) => state),
      refusals: wanted.map(({ refusal }) => refusal ?? null),
    },
  );
  return new Set(made.map(({ id }) => id));
}
