import type { ArchiveReader } from '@shotwire/archive';
import type { DeskService, IntakeService } from '@shotwire/contract';
import type { AllowEntry } from '@shotwire/egress';
import type { Postgres } from '@shotwire/postgres';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { assertDomain } from '../keys/assert-domain.ts';
import { withIdempotency } from '../limits/with-idempotency.ts';
import { fieldProblems } from '../schema/field-problems.ts';
import { momentToProto } from '../schema/moment.ts';
import { refuseUnfit } from '../schema/refuse-unfit.ts';
import { withNumbers } from '../schema/with-numbers.ts';
import { askDeliveries, toldNothing } from './ask-deliveries.ts';
import { cursorFromNumber, numberFromCursor } from './cursor.ts';
import { explainRoute } from './explain-route.ts';
import { artefactOf, imageOf, reportOf } from './kept.ts';
import { makeScreenshot } from './make-screenshot.ts';
import { objectRoute } from './object-route.ts';
import { operations } from './operations.ts';
import { preferredWait } from './prefer-wait.ts';
import { present } from './present.ts';
import { type ListQuery, listSchema } from './schema.ts';
import { sendWaited } from './send-waited.ts';
import { screenshotFromProto, statusToProto } from './translate.ts';
import type { ClosingTail } from './until-ended.ts';

interface ScreenshotParts {
  intake: Omit<RpcClient<typeof IntakeService>, typeof Symbol.dispose>;
  desk: Pick<RpcClient<typeof DeskService>, 'listDeliveries' | 'sealWebhook' | 'checkApps'>;
  tail: ClosingTail;
  archive: ArchiveReader;
  /** Where clients reach the API, without a slash at its end. */
  publicUrl: string;
  egressAllow: readonly AllowEntry[];
  webhookAllowHttp: boolean;
  newId: () => string;
  /** Milliseconds since the epoch. */
  now: () => number;
  postgres: Pick<Postgres, 'transaction'>;
  /** Captures that an account has in a month; 0 for as many as it likes. */
  monthlyQuota: number;
}

interface ById {
  Params: { id: string };
}

/** The screenshots of the account that asks. */
export function screenshotRoutes(app: FastifyInstance, parts: ScreenshotParts): void {
  const { intake, desk, publicUrl } = parts;

  app.post('/screenshots', { schema: operations.create, attachValidation: true }, async (request, reply) => {
    const { waitS, problems: ofWait } = preferredWait(request);
    const problems = { ...fieldProblems(request.validationError?.validation ?? []), ...ofWait };
    const made = await makeScreenshot(parts, request, request.body, { problems });
    return sendWaited(reply, made, { ...parts, waitS });
  });

  explainRoute(app, parts);

  app.get<{ Querystring: ListQuery }>(
    '/screenshots',
    {
      schema: operations.list,
      preValidation: async (request) => {
        request.query = withNumbers({ ...request.query }, listSchema);
      },
    },
    async (request, reply) => {
      refuseUnfit(request.query);
      const {
        limit = listSchema.properties.limit?.default as number,
        status,
        cursor,
        batch,
        external_id: externalId,
        created_from: from,
        created_before: before,
        ...plain
      } = request.query;
      const context = { ...callContext(request), signal: goneSignal(reply) };
      const filter = {
        ...plain,
        ...(batch !== undefined && { batchId: batch }),
        ...(externalId !== undefined && { externalId }),
        ...(from !== undefined && { createdFrom: momentToProto(from, 'created_from') }),
        ...(before !== undefined && { createdBefore: momentToProto(before, 'created_before') }),
        ...(status !== undefined && { status: statusToProto(status) }),
        ...(cursor !== undefined && { after: numberFromCursor(cursor) }),
      };
      const { screenshots, next } = await intake.listScreenshots({ limit, ...filter }, { context });
      const toldOf = await askDeliveries({ desk, screenshots, context });
      return {
        data: screenshots.map((screenshot) => screenshotFromProto(screenshot, { told: toldOf(screenshot), publicUrl })),
        next_cursor: next > 0n ? cursorFromNumber(next) : null,
      };
    },
  );

  app.get<ById>('/screenshots/:id', { schema: operations.get }, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const screenshot = present(await intake.getScreenshot(request.params, { context }));
    const toldOf = await askDeliveries({ desk, screenshots: [screenshot], context });
    return screenshotFromProto(screenshot, { told: toldOf(screenshot), publicUrl });
  });

  app.post<ById>('/screenshots/:id/cancel', { schema: operations.cancel }, async (request) => {
    const screenshot = present(await intake.cancelScreenshot(request.params, { context: callContext(request) }));
    return screenshotFromProto(screenshot, { told: toldNothing(screenshot), publicUrl });
  });

  app.post<ById>('/screenshots/:id/retry', { schema: operations.retry }, async (request, reply) => {
    const context = callContext(request);
    // What another key made may be of another domain.
    if (request.key?.domains.length) assertDomain(request.key, present(await intake.getScreenshot(request.params, { context })).url);
    const retry = async (newId: string) => present(await intake.retryScreenshot({ ...request.params, newId }, { context }));
    const screenshot = await withIdempotency(parts, request, { captures: 1, body: request.params }, retry);
    return reply
      .code(202)
      .header('location', `${publicUrl}/api/v1/screenshots/${screenshot.id}`)
      .send(screenshotFromProto(screenshot, { told: toldNothing(screenshot), publicUrl }));
  });

  objectRoute(app, { url: '/screenshots/:id/image', schema: operations.image, keptOf: imageOf }, parts);
  objectRoute(app, { url: '/screenshots/:id/artefacts/:name', schema: operations.artefact, keptOf: artefactOf }, parts);
  objectRoute(app, { url: '/screenshots/:id/report', schema: operations.report, keptOf: reportOf }, parts);

  app.delete<ById>('/screenshots/:id', { schema: operations.delete }, async (request, reply) => {
    await intake.deleteScreenshot(request.params, { context: callContext(request) });
    return reply.code(204).send();
  });
}
