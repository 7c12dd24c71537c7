import { Failure } from '@shotwire/failures';
import type { Links } from '@shotwire/links';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callContext, goneSignal } from '../../http/call-context.ts';
import type { sendObject } from '../../screenshots/send-object.ts';
import { untilEnded } from '../../screenshots/until-ended.ts';
import { type MakeParts, makeTranslated } from '../make-translated.ts';
import { parametersOf } from '../parameters.ts';
import { asker, openDoor } from './door.ts';
import { mannerOptions } from './manner.ts';
import { options } from './options.ts';
import { sendResult } from './send-result.ts';
import { translateTake } from './translate-take.ts';

type TakeParts = MakeParts &
  Parameters<typeof openDoor>[1] &
  Pick<Parameters<typeof untilEnded>[1], 'intake' | 'tail'> &
  Parameters<typeof sendObject>[2] & {
    links: Pick<Links, 'imageUrl'>;
    /** How long an answer may be waited for, in milliseconds. */
    waitMs?: number;
  };

/** Longer than any timeout of theirs, shorter than a connection may stand still. */
const longestWaitMs = 140_000;

const elsewhere = ['/animate', '/bulk', '/usage'];

/** ScreenshotOne's API: `/take`. */
export function screenshotOneRoutes(scope: FastifyInstance, parts: TakeParts): void {
  openDoor(scope, parts);
  const config = { scope: 'capture' } as const;
  const schema = { hide: true };

  const take = async (request: FastifyRequest, reply: FastifyReply) => {
    const { wish, manner, problems } = translateTake(parametersOf(request, asker));
    const made = await makeTranslated(parts, request, { wish, problems, options: { ...options, ...mannerOptions } });
    if (manner.async) return reply.code(202).send(manner.response_type === 'json' ? {} : undefined);
    const { intake, tail, waitMs = longestWaitMs } = parts;
    const ended = await untilEnded(made.id, { intake, tail, context: callContext(request), signal: goneSignal(reply), waitMs });
    return sendResult(reply, { ended, manner }, parts);
  };
  // HEAD by hand: Fastify's own would read the picture and throw it away.
  scope.route({ method: ['GET', 'HEAD', 'POST'], url: '/take', config, schema, handler: take });

  for (const url of elsewhere) {
    const refuse = async () => {
      throw new Failure('not_found', { says: `${url} is not supported by Shotwire.` });
    };
    scope.route({ method: ['GET', 'POST'], url, config, schema, handler: refuse });
  }
}
