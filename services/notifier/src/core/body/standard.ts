import { dataOf } from './data.ts';
import { moment } from './moment.ts';
import type { Told } from './told.ts';

/** The body of the profile standard, as Standard Webhooks recommends it. */
export function standardBody({ event, publicUrl }: Pick<Told, 'event' | 'publicUrl'>) {
  return { type: event.type, timestamp: moment(event.occurredAt), data: dataOf({ event, publicUrl }) };
}
