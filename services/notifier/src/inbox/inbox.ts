import type { Event } from '@shotwire/contract';
import type { Postgres } from '@shotwire/postgres';
import { type Keeping, keepEvent } from '../sql/keep-event.ts';

interface InboxParts extends Omit<Keeping, 'event'> {
  postgres: Postgres;
  courier: { wake(): void };
}

/** What the receiver of events calls: makes an event's deliveries safe, once, and says that there is something to send. */
export function inbox({ postgres, courier, ...parts }: InboxParts): (event: Event) => Promise<void> {
  return async (event) => {
    const { due } = await postgres.transaction((trx) => keepEvent(trx, { event, ...parts }));
    if (due > 0) courier.wake();
  };
}
