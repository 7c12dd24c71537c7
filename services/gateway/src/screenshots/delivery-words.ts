import { type Delivery, DeliveryState, DeliveryStateSchema, type Instant, wordsOf } from '@shotwire/contract';
import { whenSet } from './when-set.ts';

/** How far a delivery has come. Null stands for what is not so or not known. */
export interface Progress {
  state: string;
  attempts: number | null;
  next_attempt_at: Instant | null;
  last_status: number | null;
  last_error: string | null;
}

/** One event on its way to one destination, as its screenshot shows it. */
export interface ShownDelivery extends Progress {
  /** The webhook-id that every attempt carries. */
  id: string;
  /** Null for the webhook_url. */
  app_id: string | null;
  event: string;
}

/** A webhook of which nothing has been sent. */
export const untouched: Progress = { state: 'pending', attempts: 0, next_attempt_at: null, last_status: null, last_error: null };

/** A webhook that nobody can be asked about now. */
export const unknown: Progress = { ...untouched, state: 'unknown', attempts: null };

/** How far a delivery has come, as the notifier tells it. */
export function progressOf({ state, attempts, nextAttemptAt, lastStatus, lastError }: Delivery): Progress {
  return {
    state: wordsOf(DeliveryStateSchema).get(state === DeliveryState.UNSPECIFIED ? DeliveryState.PENDING : state) ?? 'unknown',
    attempts,
    next_attempt_at: whenSet(nextAttemptAt),
    last_status: lastStatus || null,
    last_error: lastError || null,
  };
}

/** A delivery, as the notifier tells it. */
export function shownDelivery(delivery: Delivery): ShownDelivery {
  const { id, appId, eventType } = delivery;
  return { id, app_id: appId || null, event: eventType, ...progressOf(delivery) };
}
