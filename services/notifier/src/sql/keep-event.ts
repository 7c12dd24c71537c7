import { toBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema, instantFromTimestamp } from '@shotwire/contract';
import { enqueue, priorities } from '@shotwire/lanes';
import { type Transaction, touch } from '@shotwire/postgres';
import { type Destination, destinationsOf } from '../core/destination.ts';
import { webhookIdOf } from '../core/signature.ts';

/**
 * Makes the deliveries of an event, however often it comes: one a destination, due at once.
 * Gives how many were made now.
 */
export async function keepEvent(trx: Transaction, { event, newId }: { event: Event; newId: () => string }): Promise<number> {
  const destinations = destinationsOf(event);
  if (destinations.length === 0) return 0;
  await insertEvent(trx, event);
  let made = 0;
  for (const destination of destinations) if (await insertDelivery(trx, { event, destination, id: newId() })) made += 1;
  return made;
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

async function insertDelivery(
  trx: Transaction,
  { event, destination, id }: { event: Event; destination: Destination; id: string },
): Promise<boolean> {
  const { lane, ...given } = destination;
  const made = await touch(
    trx,
    `insert into deliveries (id, webhook_id, event_id, destination, screenshot_id, account_id, url, next_attempt_at)
     values (:id, :webhookId, :eventId, :destination, :screenshotId, :accountId, :url, now())
     on conflict do nothing`,
    { id, webhookId: webhookIdOf(id), eventId: event.id, accountId: event.accountId, ...given },
  );
  if (made === 1) await enqueue(trx, { itemId: id, lane, priority: priorities.normal });
  return made === 1;
}
