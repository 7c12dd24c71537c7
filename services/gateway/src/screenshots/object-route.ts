import type { ArchiveReader } from '@shotwire/archive';
import type { IntakeService, Screenshot } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { present } from './present.ts';
import { type Kept, sendObject } from './send-object.ts';

interface ObjectRouteParts {
  intake: Pick<RpcClient<typeof IntakeService>, 'getScreenshot'>;
  archive: ArchiveReader;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A route that answers with something stored: `:id` is a screenshot of the account that asks, `:name` a result among several. */
export function objectRoute(
  app: FastifyInstance,
  { url, schema, keptOf }: { url: string; schema: FastifySchema; keptOf: (screenshot: Screenshot, name: string) => Kept },
  { intake, archive, now }: ObjectRouteParts,
): void {
  app.route<{ Params: { id: string; name: string } }>({
    // Both by hand: Fastify's own HEAD would read the whole object and throw it away.
    method: ['GET', 'HEAD'],
    url,
    schema,
    handler: async (request, reply) => {
      const context = { ...callContext(request), signal: goneSignal(reply) };
      const screenshot = present(await intake.getScreenshot({ id: request.params.id }, { context }));
      return sendObject(reply, keptOf(screenshot, request.params.name), { archive, now });
    },
  });
}
