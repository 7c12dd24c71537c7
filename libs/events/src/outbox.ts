import { toBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '@shotwire/contract';
import { type Migration, row, rows, type Transaction, touch } from '@shotwire/postgres';
import { subjectOf } from './stream.ts';

/**
 * Events on their way. A row is written in the transaction of the change it tells of, is published until its consumer is known
 * to have it, and is deleted then: what is announced has happened, and what has happened is announced.
 */
export const outboxMigration: Migration = {
  name: '000-outbox',
  up: async (trx) => {
    await trx.raw(`
      create table outbox (
        event_id        uuid primary key,
        subject         text not null,
        payload         bytea not null,
        created_at      timestamptz not null default now(),
        publishes       integer not null default 0,
        next_publish_at timestamptz not null default now()
      );
      create index outbox_due on outbox (next_publish_at);
    `);
  },
};

/** Writes events into the outbox. Call the relay's nudge once the transaction has committed. */
export async function announce(trx: Transaction, ...events: readonly Event[]): Promise<void> {
  await touch(
    trx,
    'insert into outbox (event_id, subject, payload) select * from unnest(:ids::uuid[], :subjects::text[], :payloads::bytea[])',
    {
      ids: events.map(({ id }) => id),
      subjects: events.map(({ type }) => subjectOf(type)),
      payloads: events.map((event) => Buffer.from(toBinary(EventSchema, event))),
    },
  );
}

/** An event to be published now. */
export interface Due {
  eventId: string;
  subject: string;
  payload: Buffer;
}

/**
 * Claims events that are due and sets the time of their next publishing: `resendAfterS` from now, then twice as long each time,
 * 5 min at most.
 */
export async function claimDue(trx: Transaction, { limit, resendAfterS }: { limit: number; resendAfterS: number }): Promise<Due[]> {
  return rows<Due>(
    trx,
    `update outbox
     set publishes = publishes + 1,
         next_publish_at = now() + make_interval(secs => least(300, :resendAfterS * power(2, least(publishes, 20))))
     where event_id = any(array(
       select event_id from outbox where next_publish_at <= now() order by next_publish_at limit :limit for update skip locked
     ))
     returning event_id as "eventId", subject, payload`,
    { limit, resendAfterS },
  );
}

/** Makes events that could not be published due again in `inS` seconds. */
export async function makeDue(trx: Transaction, eventIds: readonly string[], inS: number): Promise<void> {
  await touch(trx, 'update outbox set next_publish_at = now() + make_interval(secs => :inS) where event_id = any(:eventIds::uuid[])', {
    eventIds,
    inS,
  });
}

/** Removes events that their consumer is known to have. */
export async function removeReceived(trx: Transaction, eventIds: readonly string[]): Promise<void> {
  await touch(trx, 'delete from outbox where event_id = any(:eventIds::uuid[])', { eventIds });
}

/** Events not yet known to be received, and the age of the oldest in seconds: the relay's lag. */
export async function outboxLag(trx: Transaction): Promise<{ events: number; oldestS: number }> {
  const lag = await row<{ events: number; oldestS: number }>(
    trx,
    `select count(*) as events, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as "oldestS" from outbox`,
  );
  return lag ?? { events: 0, oldestS: 0 };
}
