import type { Event } from '@shotwire/contract';
import type { Postgres } from '@shotwire/postgres';
import { keepEvent } from '../sql/keep-event.ts';

interface InboxParts {
  postgres: Postgres;
  courier: { wake(): void };
  newId: () => string;
}

/** What the receiver of events calls: makes an event's deliveries safe, once, and says that there is something to send. */
export function inbox({ postgres, courier, newId }: InboxParts): (event: Event) => Promise<void> {
  return async (event) => {
    const made = await postgres.transaction((trx) => keepEvent(trx, { event, newId }));
    if (made > 0) courier.wake();
  };
}
