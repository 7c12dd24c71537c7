import { create } from '@bufbuild/protobuf';
import { type Attempt, AttemptSchema, type Delivery, instantToTimestamp } from '@shotwire/contract';
import { deliveryToProto } from '../core/delivery.ts';
import type { AttemptRow } from '../sql/find-attempts.ts';
import type { FoundDelivery } from '../sql/find-deliveries.ts';

/** A delivery as it travels: with where it went last, or else will go. */
export function showDelivery({ lastTarget, url, ...row }: FoundDelivery): Delivery {
  return deliveryToProto({ ...row, target: lastTarget ?? withoutQuery(url ?? '') });
}

/** An attempt as it travels. */
export function showAttempt({ number, outcome, startedAt, finishedAt, ...row }: AttemptRow): Attempt {
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
