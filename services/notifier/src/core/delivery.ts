import { create } from '@bufbuild/protobuf';
import { type Delivery, DeliverySchema, DeliveryState, type Instant, instantToTimestamp } from '@shotwire/contract';

/** The states as Postgres holds them. */
export type State = 'pending' | 'sending' | 'succeeded' | 'failed' | 'cancelled' | 'paused';

/**
 * The life of a delivery. The courier moves it on, and back to pending between attempts; the reaper moves it back when a courier
 * was lost. It is paused while its app is not enabled, and cancelled with its app. What has ended stays as it is, unless its owner
 * has it sent again.
 */
const moves: Readonly<Record<State, readonly State[]>> = {
  pending: ['sending', 'paused', 'cancelled'],
  sending: ['succeeded', 'failed', 'pending', 'paused', 'cancelled'],
  paused: ['pending', 'cancelled'],
  succeeded: [],
  failed: [],
  cancelled: [],
};

/** The states from which a delivery may move to the given one. */
export function originsOf(to: State): State[] {
  return (Object.keys(moves) as State[]).filter((from) => moves[from].includes(to));
}

/** The states in which there is still something to come. */
export const openStates = ['pending', 'sending', 'paused'] as const satisfies readonly State[];

/** What is told of a delivery. */
export interface DeliveryRow {
  webhookId: string;
  /** The screenshot or batch it is about. */
  subjectId: string | null;
  state: State;
  /** Attempts begun. */
  attempts: number;
  nextAttemptAt: Instant | null;
  lastStatus: number | null;
  lastError: string | null;
  appId: string | null;
  eventId: string;
  eventType: string;
  /** Where it went last or will go, without its query. */
  target: string | null;
  createdAt: Instant;
  endedAt: Instant | null;
  sequence: bigint | string | number;
}

const stateNumbers: Readonly<Record<State, DeliveryState>> = {
  pending: DeliveryState.PENDING,
  sending: DeliveryState.SENDING,
  succeeded: DeliveryState.SUCCEEDED,
  failed: DeliveryState.FAILED,
  cancelled: DeliveryState.CANCELLED,
  paused: DeliveryState.PAUSED,
};

/** A row as it travels. */
export function deliveryToProto({
  webhookId,
  subjectId,
  state,
  nextAttemptAt,
  createdAt,
  endedAt,
  sequence,
  ...row
}: DeliveryRow): Delivery {
  return create(DeliverySchema, {
    id: webhookId,
    subjectId: subjectId ?? '',
    state: stateNumbers[state],
    attempts: row.attempts,
    ...(nextAttemptAt && { nextAttemptAt: instantToTimestamp(nextAttemptAt) }),
    lastStatus: row.lastStatus ?? 0,
    lastError: row.lastError ?? '',
    appId: row.appId ?? '',
    eventId: row.eventId,
    eventType: row.eventType,
    target: row.target ?? '',
    createdAt: instantToTimestamp(createdAt),
    ...(endedAt && { endedAt: instantToTimestamp(endedAt) }),
    sequence: BigInt(sequence),
  });
}
