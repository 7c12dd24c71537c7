import { eventData, moment } from '@shotwire/contract';
import type { Told } from './told.ts';

/** The body of the profile standard, as Standard Webhooks recommends it. */
export function standardBody({ event, publicUrl }: Pick<Told, 'event' | 'publicUrl'>) {
  return { type: event.type, timestamp: moment(event.occurredAt), data: eventData({ event, publicUrl }) };
}
