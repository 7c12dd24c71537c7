import { create } from '@bufbuild/protobuf';
import { type Attempt, AttemptSchema, type Delivery, DeliverySchema, DeliveryState, instantToTimestamp } from '@shotwire/contract';
import type { State } from '../core/delivery.ts';
import type { AttemptRow } from '../sql/find-attempts.ts';
import type { DeliveryRow } from '../sql/find-deliveries.ts';

const stateNumbers: Readonly<Record<State, DeliveryState>> = {
  pending: DeliveryState.PENDING,
  sending: DeliveryState.SENDING,
  succeeded: DeliveryState.SUCCEEDED,
  failed: DeliveryState.FAILED,
  cancelled: DeliveryState.CANCELLED,
  paused: DeliveryState.PAUSED,
};

/** The state of a request as Postgres holds it; undefined when there is no such state. */
export function stateFromProto(state: DeliveryState): State | undefined {
  return (Object.keys(stateNumbers) as State[]).find((name) => stateNumbers[name] === state);
}

/** A delivery as it travels. */
export function deliveryToProto(row: DeliveryRow): Delivery {
  const { webhookId: id, state, nextAttemptAt, createdAt, endedAt, attempts, eventId, eventType } = row;
  return create(DeliverySchema, {
    id,
    subjectId: row.subjectId ?? '',
    state: stateNumbers[state],
    attempts,
    ...(nextAttemptAt && { nextAttemptAt: instantToTimestamp(nextAttemptAt) }),
    lastStatus: row.lastStatus ?? 0,
    lastError: row.lastError ?? '',
    appId: row.appId ?? '',
    eventId,
    eventType,
    target: row.lastTarget ?? withoutQuery(row.url ?? ''),
    createdAt: instantToTimestamp(createdAt),
    ...(endedAt && { endedAt: instantToTimestamp(endedAt) }),
    sequence: BigInt(row.sequence),
  });
}

/** An attempt as it travels. */
export function attemptToProto({ number, outcome, startedAt, finishedAt, ...row }: AttemptRow): Attempt {
  return create(AttemptSchema, {
    number,
    outcome,
    startedAt: instantToTimestamp(startedAt),
    ...(finishedAt && { finishedAt: instantToTimestamp(finishedAt) }),
    status: row.status ?? 0,
    error: row.error ?? '',
    durationMs: row.durationMs ?? 0,
    response: row.response ?? new Uint8Array(),
    target: row.target ?? '',
  });
}

/** An address as its owner may read it anywhere: what is secret stands in its query. */
export function withoutQuery(text: string): string {
  return text.replace(/[?#].*$/s, '');
}
