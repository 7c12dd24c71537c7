import { type EventType, eventTypes } from '@shotwire/contract';

export { type EventType, eventTypes };

/** Whether there are events of a type. */
export function isEventType(text: string): text is EventType {
  return (eventTypes as readonly string[]).includes(text);
}

/** What is said of a type that there is none of. */
export const eventTypeProblem = `must be one of ${eventTypes.join(', ')}`;
