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

/** One of them. */
export type EventType = (typeof eventTypes)[number];
