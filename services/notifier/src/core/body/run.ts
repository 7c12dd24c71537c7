import { eventData } from '@shotwire/contract';
import type { Told } from './told.ts';

/** The body of the profile run. */
export function runBody({ event, sentAt, publicUrl }: Omit<Told, 'imageLink'>) {
  return { event: event.type, data: eventData({ event, publicUrl }), sent_at: sentAt };
}
