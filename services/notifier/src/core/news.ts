import { create } from '@bufbuild/protobuf';
import { type DeliveryFact, DeliveryFactSchema, type Event, EventSchema, type Instant, instantToTimestamp } from '@shotwire/contract';

/** What is said about the post room's own work: never about a delivery that says so itself, or it would go on for ever. */
const aboutOurselves: readonly RegExp[] = [/^app\.disabled$/, /^delivery\./];

/** A failure that someone should look at: the fourth. */
const FAILING_AT = 4;

/** An attempt that was recorded. */
export interface Told {
  webhookId: string;
  accountId: string;
  eventType: string;
  subjectId: string | null;
  appId: string | null;
  /** Set when it is an upload: the event that is carried, and the key of the object. */
  upload: { event: Event; objectKey: string } | undefined;
  attempts: number;
  /** Failures before this attempt. */
  failures: number;
  succeeded: boolean;
  /** What the delivery is now. */
  state: string;
  lastError: string;
  lastStatus: number;
}

interface Made {
  newId: () => string;
  at: Instant;
}

/** The events that follow from an attempt. */
export function newsOfDelivery(told: Told, made: Made): Event[] {
  if (aboutOurselves.some((about) => about.test(told.eventType))) return [];
  return typesOf(told).map((type) =>
    create(EventSchema, {
      ...frame(type, told.accountId, made),
      delivery: factOf(told),
      ...(told.upload?.event.screenshot && { screenshot: told.upload.event.screenshot }),
    }),
  );
}

function typesOf({ upload, succeeded, state, failures }: Told): string[] {
  if (succeeded) return [...(upload ? ['app.upload.finished'] : []), ...(failures >= FAILING_AT ? ['delivery.recovered'] : [])];
  if (state === 'failed') return [upload ? 'app.upload.failed' : 'delivery.exhausted'];
  return failures + 1 === FAILING_AT ? ['delivery.failing'] : [];
}

/** The event that an app was disabled. */
export function newsOfApp(app: { id: string; accountId: string; description: string; reason: string }, made: Made): Event {
  const { id, accountId, description, reason } = app;
  return create(EventSchema, { ...frame('app.disabled', accountId, made), app: { id, description, reason } });
}

function frame(type: string, accountId: string, { newId, at }: Made) {
  return { id: newId(), type, accountId, occurredAt: instantToTimestamp(at) };
}

function factOf({ webhookId, eventType, subjectId, appId, upload, attempts, lastError, lastStatus }: Told): DeliveryFact {
  return create(DeliveryFactSchema, {
    id: webhookId,
    eventType,
    subjectId: subjectId ?? '',
    appId: appId ?? '',
    attempts,
    lastError,
    lastStatus,
    objectKey: upload?.objectKey ?? '',
  });
}
