import type { Attempt, Delivery } from '@shotwire/contract';
import { shownDelivery } from '../screenshots/delivery-words.ts';
import { whenSet } from '../screenshots/when-set.ts';

/** One event on its way to one destination, with all that is known of it but its attempts. */
export function deliveryFromProto(delivery: Delivery) {
  const { eventId, subjectId, target, sequence, createdAt, endedAt } = delivery;
  return {
    ...shownDelivery(delivery),
    event_id: eventId,
    subject_id: subjectId || null,
    target,
    sequence: Number(sequence),
    created_at: whenSet(createdAt),
    ended_at: whenSet(endedAt),
  };
}

/** One POST, or one upload. */
export function attemptFromProto({ number, outcome, startedAt, finishedAt, status, error, durationMs, response, target }: Attempt) {
  return {
    number,
    outcome,
    started_at: whenSet(startedAt),
    finished_at: whenSet(finishedAt),
    status: status || null,
    error: error || null,
    duration_ms: finishedAt ? durationMs : null,
    response: finishedAt ? textOf(response) : null,
    target,
  };
}

/** Bytes as text; what is none is shown as far as it is. Null for no bytes. */
export function textOf(bytes: Uint8Array): string | null {
  return bytes.length === 0 ? null : Buffer.from(bytes).toString();
}
