import {
  DeliveryState,
  DeliveryStateSchema,
  type Instant,
  instantFromTimestamp,
  type ListDeliveriesRequest,
  wordsOf,
} from '@shotwire/contract';
import type { State } from '../core/delivery.ts';
import { eventTypeProblem, isEventType } from '../core/event-types.ts';
import type { DeliveryChoice } from '../sql/find-deliveries.ts';
import { isId, refuse } from './caller.ts';

const idsAtMost = 100;
const states = wordsOf(DeliveryStateSchema);
const pageSize = { usual: 100, most: 500 };

/** Which deliveries a request asks for, or undefined when it can only be none. Failure `validation_error` names the fields. */
export function choiceOf(request: ListDeliveriesRequest, accountId: string): DeliveryChoice | undefined {
  const { subjectIds, appId, state, eventType, since, until, limit, before } = request;
  const chosenState = state === DeliveryState.UNSPECIFIED ? null : (states.get(state) as State | undefined);
  refuse({
    ...(subjectIds.length > idsAtMost && { subject_ids: [`must be at most ${idsAtMost}`] }),
    ...(chosenState === undefined && { state: [`must be one of ${[...states.values()].join(', ')}`] }),
    ...(eventType !== '' && !isEventType(eventType) && { event_type: [eventTypeProblem] }),
    ...((limit < 0 || limit > pageSize.most) && { limit: [`must be from 1 to ${pageSize.most}`] }),
    ...(before < 0n && { before: ['must be 0 or more'] }),
  });
  // What is no UUID names nothing.
  const ids = subjectIds.filter(isId);
  if ((subjectIds.length > 0 && ids.length === 0) || (appId !== '' && !isId(appId))) return undefined;
  return {
    accountId,
    subjectIds: subjectIds.length > 0 ? ids : null,
    appId: appId || null,
    state: chosenState ?? null,
    eventType: eventType || null,
    since: instantOf(since),
    until: instantOf(until),
    before: before > 0n ? String(before) : null,
    limit: limit || pageSize.usual,
  };
}

function instantOf(timestamp: ListDeliveriesRequest['since']): Instant | null {
  return timestamp ? instantFromTimestamp(timestamp) : null;
}
