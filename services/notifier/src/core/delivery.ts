import { create } from '@bufbuild/protobuf';
import { type Delivery, DeliverySchema, DeliveryState, type Instant, instantToTimestamp } from '@shotwire/contract';

/** The states as Postgres holds them. */
export type State = 'pending' | 'sending' | 'succeeded' | 'failed';

/**
 * The life of a delivery. The courier moves it on, and back to pending between attempts;
 * the reaper moves it back when a courier was lost. What has ended stays as it is.
 */
const moves: Readonly<Record<State, readonly State[]>> = {
  pending: ['sending'],
  sending: ['succeeded', 'failed', 'pending'],
  succeeded: [],
  failed: [],
};

/** The states from which a delivery may move to the given one. */
export function originsOf(to: State): State[] {
  return (Object.keys(moves) as State[]).filter((from) => moves[from].includes(to));
}

/** What is told of a delivery. */
export interface DeliveryRow {
  webhookId: string;
  screenshotId: string;
  state: State;
  /** POSTs begun. */
  attempts: number;
  nextAttemptAt: Instant | null;
  lastStatus: number | null;
  lastError: string | null;
}

const stateNumbers: Readonly<Record<State, DeliveryState>> = {
  pending: DeliveryState.PENDING,
  sending: DeliveryState.SENDING,
  succeeded: DeliveryState.SUCCEEDED,
  failed: DeliveryState.FAILED,
};

/** A row as it travels. */
export function deliveryToProto({ webhookId, screenshotId, state, attempts, nextAttemptAt, lastStatus, lastError }: DeliveryRow): Delivery {
  return create(DeliverySchema, {
    id: webhookId,
    screenshotId,
    state: stateNumbers[state],
    attempts,
    ...(nextAttemptAt && { nextAttemptAt: instantToTimestamp(nextAttemptAt) }),
    lastStatus: lastStatus ?? 0,
    lastError: lastError ?? '',
  });
}
