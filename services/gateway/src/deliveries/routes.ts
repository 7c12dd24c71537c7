import { type Delivery, DeliveryStateSchema, type DeskService, numberOfWord } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { momentToProto } from '../schema/moment.ts';
import { refuseUnfit } from '../schema/refuse-unfit.ts';
import { renameFields } from '../schema/rename-fields.ts';
import { withNumbers } from '../schema/with-numbers.ts';
import { cursorFromNumber, numberFromCursor } from '../screenshots/cursor.ts';
import { operations } from './operations.ts';
import { type ListQuery, listSchema, type Recovery } from './schema.ts';
import { attemptFromProto, deliveryFromProto, textOf } from './translate.ts';

interface DeliveryRouteParts {
  desk: Pick<RpcClient<typeof DeskService>, 'listDeliveries' | 'getDelivery' | 'redeliver' | 'recoverDeliveries'>;
}

interface ById {
  Params: { id: string };
}

/** What the account that asks is told, and how that goes. */
export function deliveryRoutes(api: FastifyInstance, { desk }: DeliveryRouteParts): void {
  const list = {
    schema: operations.list,
    preValidation: async (request: { query: ListQuery }) => {
      request.query = withNumbers({ ...request.query }, listSchema);
    },
  };
  api.get<{ Querystring: ListQuery }>('/deliveries', list, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const asked = desk.listDeliveries(choiceToProto(request.query), { context });
    const { deliveries, next } = await renameFields({ event_type: 'event' }, asked);
    return { data: deliveries.map(deliveryFromProto), next_cursor: next > 0n ? cursorFromNumber(next) : null };
  });

  api.get<ById>('/deliveries/:id', { schema: operations.get }, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const found = await desk.getDelivery(request.params, { context });
    return { ...deliveryFromProto(present(found)), body: textOf(found.body), attempt_log: found.attempts.map(attemptFromProto) };
  });

  api.post<ById>('/deliveries/:id/redeliver', { schema: operations.redeliver }, async (request, reply) => {
    const due = present(await desk.redeliver(request.params, { context: callContext(request) }));
    return reply.code(202).send(deliveryFromProto(due));
  });

  api.post<{ Body: Recovery }>('/deliveries/recover', { schema: operations.recover }, async (request) => {
    refuseUnfit(request.body);
    const { from, to, app_id: appId = '', preview = false } = request.body;
    const range = { since: momentToProto(from, 'from'), ...(to !== undefined && { until: momentToProto(to, 'to') }) };
    const asked = desk.recoverDeliveries({ ...range, appId, preview }, { context: callContext(request) });
    const { deliveries } = await renameFields({ since: 'from', until: 'to' }, asked);
    return { deliveries, preview };
  });
}

function choiceToProto({ limit, state, app_id: appId, event, subject_id: subjectId, cursor, ...range }: ListQuery) {
  return {
    limit: limit ?? (listSchema.properties.limit?.default as number),
    ...(state !== undefined && { state: numberOfWord(DeliveryStateSchema, state) as Delivery['state'] }),
    ...(appId !== undefined && { appId }),
    ...(event !== undefined && { eventType: event }),
    ...(subjectId !== undefined && { subjectIds: [subjectId] }),
    ...(range.created_from !== undefined && { since: momentToProto(range.created_from, 'created_from') }),
    ...(range.created_before !== undefined && { until: momentToProto(range.created_before, 'created_before') }),
    ...(cursor !== undefined && { before: numberFromCursor(cursor) }),
  };
}

function present({ delivery }: { delivery?: Delivery | undefined }): Delivery {
  if (!delivery) throw new Failure('internal', { cause: new Error('the notifier answered without a delivery') });
  return delivery;
}
