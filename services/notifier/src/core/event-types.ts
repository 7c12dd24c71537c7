/** All types of events that there are. */
export const eventTypes = [
  'screenshot.completed',
  'screenshot.failed',
  'screenshot.cancelled',
  'batch.completed',
  'batch.failed',
  'app.upload.finished',
  'app.upload.failed',
  'app.disabled',
  'delivery.failing',
  'delivery.exhausted',
  'delivery.recovered',
] as const;

export type EventType = (typeof eventTypes)[number];

/** Whether there are events of a type. */
export function isEventType(text: string): text is EventType {
  return (eventTypes as readonly string[]).includes(text);
}

/** What is said of a type that there is none of. */
export const eventTypeProblem = `must be one of ${eventTypes.join(', ')}`;
