import { extensionOf, type Screenshot } from '@shotwire/contract';
import type { Links } from '@shotwire/links';
import { create as contentDisposition } from 'content-disposition';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callContext, goneSignal } from '../../http/call-context.ts';
import { failureOf, sendProblem } from '../../problem.ts';
import { imageOf } from '../../screenshots/kept.ts';
import { present } from '../../screenshots/present.ts';
import { requireCompleted } from '../../screenshots/require-completed.ts';
import { sendObject } from '../../screenshots/send-object.ts';
import { hasEnded, untilEnded } from '../../screenshots/until-ended.ts';
import { type MakeParts, makeTranslated } from '../make-translated.ts';
import { parametersOf } from '../parameters.ts';
import { openDoor, openLinkDoor } from './door.ts';
import { type Manner, mannerOptions } from './manner.ts';
import { options } from './options.ts';
import { refusalOf } from './refusal.ts';
import { shownResult, shownStatus } from './shown-render.ts';
import { type Place, translateRender } from './translate-render.ts';

type RenderParts = MakeParts &
  Parameters<typeof openDoor>[1] &
  Pick<Parameters<typeof untilEnded>[1], 'intake' | 'tail'> &
  Parameters<typeof sendObject>[2] & {
    links: Pick<Links, 'imageUrl'>;
    /** Where clients reach the API, without a slash at its end. */
    publicUrl: string;
    /** How long an answer may be waited for, in milliseconds. */
    waitMs?: number;
  };

const schema = { hide: true };

/** Theirs sends on to the status after as long. */
const theirWaitMs = 95_000;

/** Urlbox's API: `/v1/render/…`, and render links. */
export function urlboxRoutes(scope: FastifyInstance, parts: RenderParts): void {
  const { intake, tail, publicUrl, waitMs = theirWaitMs } = parts;
  const config = { scope: 'capture' } as const;
  scope.setErrorHandler((error, _, reply) => sendProblem(reply, failureOf(error), refusalOf));

  const make = async (request: FastifyRequest, place: Place) => {
    const { format } = request.params as { format?: string };
    const parameters = { ...parametersOf(request), ...(format !== undefined && { format }) };
    const { wish, manner, problems } = translateRender(parameters, place);
    const made = await makeTranslated(parts, request, { wish, problems, options: { ...options, ...mannerOptions } });
    return { made, manner, statusUrl: `${publicUrl}/v1/render/${made.id}` };
  };
  const wait = ({ id }: Screenshot, reply: FastifyReply) =>
    untilEnded(id, { intake, tail, context: callContext(reply.request), signal: goneSignal(reply), waitMs });

  scope.register((keyed, _, done) => {
    openDoor(keyed, parts);
    keyed.post('/v1/render/sync', { config, schema }, async (request, reply) => {
      const { made, manner, statusUrl } = await make(request, 'call');
      const ended = await wait(made, reply);
      if (!hasEnded(ended)) return reply.code(307).header('location', statusUrl).send(shownStatus(ended, parts));
      return send(reply, ended, { response_type: 'json', ...manner }, parts);
    });
    keyed.post('/v1/render/async', { config, schema }, async (request, reply) => {
      const { made, statusUrl } = await make(request, 'call');
      return reply.code(201).send({ status: 'created', renderId: made.id, statusUrl });
    });
    keyed.get<{ Params: { id: string } }>('/v1/render/:id', { config: { scope: 'read' }, schema }, async (request, reply) => {
      const context = { ...callContext(request), signal: goneSignal(reply) };
      return shownStatus(present(await intake.getScreenshot({ id: request.params.id }, { context })), parts);
    });
    done();
  });

  scope.register((linked, _, done) => {
    openLinkDoor(linked, parts);
    const open = async (request: FastifyRequest, reply: FastifyReply) => {
      const { made, manner } = await make(request, 'link');
      return send(reply, await wait(made, reply), { response_type: 'binary', ...manner }, parts);
    };
    // The second is without a token: the door refuses it. HEAD by hand: Fastify's own would read the picture and throw it away.
    for (const url of ['/v1/:key/:token/:format', '/v1/:key/:format'])
      linked.route({ method: ['GET', 'HEAD'], url, config: { ...config, secretPath: true }, schema, handler: open });
    done();
  });
}

function send(reply: FastifyReply, ended: Screenshot, manner: Manner, parts: RenderParts): FastifyReply | Promise<FastifyReply> {
  const completed = requireCompleted(ended);
  if (manner.response_type === 'json') return reply.send(shownResult(completed, parts));
  const kept = imageOf(completed);
  if (manner.download !== undefined) {
    const name = manner.download.includes('.') ? manner.download : `${manner.download}.${extensionOf(kept.mimeType)}`;
    reply.header('content-disposition', contentDisposition(name));
  }
  return sendObject(reply, kept, parts);
}
