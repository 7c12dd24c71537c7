import { eventTypes } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';
import { objectSchema } from '../schema/field-schema.ts';

// As many digits as every number of JavaScript has.
const place = /^\d{1,15}$/;
const placeSays = 'must be the id of an event: a whole number of up to 15 digits';
const type = `(${eventTypes.join('|').replaceAll('.', '\\.')})`;

/** The query of the stream. */
export const streamSchema = objectSchema({
  last_event_id: {
    type: 'string',
    pattern: place.source,
    'x-pattern-says': placeSays,
    description:
      'Begins after this event rather than now; 0 for all that there are, which are those of the last seven days. The header Last-Event-ID goes before it.',
  },
  types: {
    type: 'string',
    pattern: `^${type}(,${type})*$`,
    'x-pattern-says': `must be one or more of ${eventTypes.join(', ')}, with commas between them`,
    description: 'Only events of these types, with commas between them; all when not given.',
  },
});

/** A query that keeps to its schema. */
export interface StreamQuery {
  last_event_id?: string;
  types?: string;
}

/** The place that a request names, by its header or else its query. Failure `validation_error` for a header that is none. */
export function placeAsked({ headers, query }: FastifyRequest<{ Querystring: StreamQuery }>): number | undefined {
  const header = headers['last-event-id'];
  // An empty one is what a client says that has heard nothing yet.
  const given = header === undefined || header === '' ? query.last_event_id : String(header);
  if (given === undefined) return undefined;
  if (!place.test(given)) throw new Failure('validation_error', { fields: { 'Last-Event-ID': [placeSays] } });
  return Number(given);
}
