import { shape, text } from '../openapi/json-schema.ts';
import { operation } from '../openapi/operation.ts';
import { recoveredSchema } from './answer-schema.ts';
import { listSchema, recoverySchema } from './schema.ts';

const tag = 'deliveries' as const;
const params = shape({ id: { ...text, description: 'The id of a delivery: its webhook-id.' } });

/** What the routes of deliveries take, answer and say of themselves. */
export const operations = {
  list: operation({
    id: 'listDeliveries',
    tag,
    summary: 'List deliveries, newest first',
    query: listSchema,
    good: { 200: { says: 'A page of them.', body: 'DeliveryList' } },
  }),
  get: operation({
    id: 'getDelivery',
    tag,
    summary: 'Get a delivery, with its body and its attempts',
    params,
    good: { 200: { says: 'The delivery.', body: 'DeliveryRecord' } },
  }),
  redeliver: operation({
    id: 'redeliver',
    bodyless: true,
    tag,
    summary: 'Send a delivery now, whatever became of it',
    description: 'An attempt that is scheduled is brought forward. It has the same id and the same body.',
    params,
    good: { 202: { says: 'It is due.', body: 'Delivery' } },
    refuses: ['delivery_busy', 'app_not_enabled'],
  }),
  recover: operation({
    id: 'recoverDeliveries',
    tag,
    summary: 'Send again what failed in a range of time',
    description: 'Behind everything else that waits; 10,000 in one call at most.',
    body: recoverySchema,
    good: { 200: { says: 'How many there are.', body: recoveredSchema } },
    refuses: ['not_found'],
  }),
};
