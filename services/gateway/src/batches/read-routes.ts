import type { DeskService, IntakeService } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import type { ObjectSchema } from '../schema/field-schema.ts';
import { withNumbers } from '../schema/with-numbers.ts';
import { askDeliveries } from '../screenshots/ask-deliveries.ts';
import { cursorFromNumber, numberFromCursor } from '../screenshots/cursor.ts';
import { screenshotFromProto, statusToProto } from '../screenshots/translate.ts';
import { listSchema, type PageQuery, rowListSchema } from './list-schema.ts';
import { operations } from './operations.ts';
import { presentBatch } from './present-batch.ts';
import { batchFromProto, batchStatusToProto } from './translate.ts';

interface ReadParts {
  intake: Pick<RpcClient<typeof IntakeService>, 'getBatch' | 'listBatches' | 'listScreenshots'>;
  desk: Pick<RpcClient<typeof DeskService>, 'listDeliveries'>;
  /** Where clients reach the API, without a slash at its end. */
  publicUrl: string;
}

interface ById {
  Params: { id: string };
}

/** What there is to read of batches. */
export function readRoutes(app: FastifyInstance, { intake, desk, publicUrl }: ReadParts): void {
  const limit = listSchema.properties.limit?.default as number;

  app.get<{ Querystring: PageQuery }>(
    '/batches',
    { schema: operations.list, preValidation: numbersOf(listSchema) },
    async (request, reply) => {
      const { status, cursor, ...plain } = request.query;
      const context = { ...callContext(request), signal: goneSignal(reply) };
      const filter = {
        ...plain,
        ...(status !== undefined && { status: batchStatusToProto(status) }),
        ...(cursor !== undefined && { after: numberFromCursor(cursor) }),
      };
      const { batches, next } = await intake.listBatches({ limit, ...filter }, { context });
      return { data: batches.map((batch) => batchFromProto(batch, { publicUrl })), next_cursor: next > 0n ? cursorFromNumber(next) : null };
    },
  );

  app.get<ById>('/batches/:id', { schema: operations.get }, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    return batchFromProto(presentBatch(await intake.getBatch(request.params, { context })), { publicUrl });
  });

  app.get<ById & { Querystring: PageQuery }>(
    '/batches/:id/screenshots',
    { schema: operations.rows, preValidation: numbersOf(rowListSchema) },
    async (request, reply) => {
      const { status, cursor, ...plain } = request.query;
      const context = { ...callContext(request), signal: goneSignal(reply) };
      const filter = {
        ...plain,
        ...(status !== undefined && { status: statusToProto(status) }),
        ...(cursor !== undefined && { after: numberFromCursor(cursor) }),
      };
      // A batch that is not there is not an empty one.
      const { id: batchId } = presentBatch(await intake.getBatch(request.params, { context }));
      const { screenshots, next } = await intake.listScreenshots({ limit, ...filter, batchId }, { context });
      const toldOf = await askDeliveries({ desk, screenshots, context });
      return {
        data: screenshots.map((screenshot) => screenshotFromProto(screenshot, { told: toldOf(screenshot), publicUrl })),
        next_cursor: next > 0n ? cursorFromNumber(next) : null,
      };
    },
  );
}

function numbersOf(schema: ObjectSchema): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    request.query = withNumbers({ ...(request.query as Record<string, unknown>) }, schema);
  };
}
