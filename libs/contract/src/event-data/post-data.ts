import type { Event } from '../gen/shotwire/events/v1/event_pb.ts';
import type { AppFact, DeliveryFact } from '../gen/shotwire/events/v1/post_pb.ts';
import { moment } from './moment.ts';

/** What became of an upload. */
export function uploadData({ type, screenshot, delivery }: Event) {
  const failed = type.endsWith('.failed');
  return {
    delivery_id: delivery?.id || null,
    status: failed ? 'failed' : 'finished',
    screenshot_id: screenshot?.id || delivery?.subjectId || null,
    url: screenshot?.url || null,
    app_id: delivery?.appId || null,
    object_key: delivery?.objectKey || null,
    attempts: delivery?.attempts ?? null,
    ...(failed && troubleOf(delivery)),
    created_at: moment(screenshot?.createdAt),
  };
}

/** How a delivery goes. */
export function deliveryData({ type }: Event, delivery: DeliveryFact) {
  return {
    delivery_id: delivery.id,
    status: type.slice('delivery.'.length),
    event_type: delivery.eventType,
    subject_id: delivery.subjectId || null,
    app_id: delivery.appId || null,
    attempts: delivery.attempts,
    ...(!type.endsWith('.recovered') && troubleOf(delivery)),
  };
}

/** That an app is told nothing any more. */
export function appData({ id, description, reason }: AppFact) {
  return { app_id: id, status: 'disabled', description, reason: reason || null };
}

function troubleOf(delivery: DeliveryFact | undefined) {
  return { error: { code: delivery?.lastError || null, http_status: delivery?.lastStatus || null } };
}
