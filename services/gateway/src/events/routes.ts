import type { IntakeService } from '@shotwire/contract';
import type { Tail } from '@shotwire/events';
import { Failure } from '@shotwire/failures';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import type { Metrics } from '@shotwire/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callContext } from '../http/call-context.ts';
import { keyOf } from '../keys/admit.ts';
import type { Keyring } from '../keys/create-keyring.ts';
import { present } from '../screenshots/present.ts';
import { type ClosingTail, hasEnded } from '../screenshots/until-ended.ts';
import { bareHeartbeat, frameOf, heartbeat, opening, stateFrame } from './frames.ts';
import { createListeners, type Listener } from './listeners.ts';
import { operations } from './operations.ts';
import { placeAsked, type StreamQuery } from './schema.ts';
import { sendEvents } from './send-events.ts';
import { statesOf } from './states-of.ts';

interface EventParts {
  intake: Pick<RpcClient<typeof IntakeService>, 'getScreenshot'>;
  tail: ClosingTail & Pick<Tail, 'read'>;
  keyring: Pick<Keyring, 'findById'>;
  publicUrl: URL;
  listenersPerAccount: number;
  metrics: Metrics;
  /** How often a stream shows that it is there. */
  eventHeartbeatMs?: number;
}

/** How long NATS has to answer before a stream begins. */
const beginMs = 5_000;

/** The events of the account that asks, as they happen. */
export function eventRoutes(app: FastifyInstance, parts: EventParts): void {
  const { intake, tail, keyring, publicUrl, listenersPerAccount: perAccount, metrics, eventHeartbeatMs: heartbeatMs = 15_000 } = parts;
  const listeners = createListeners({ perAccount, metrics, closing: tail.closing });
  // A HEAD of what has no end would have none either.
  const exposeHeadRoute = false;

  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    listener: Listener,
    { frames, beat }: { frames: AsyncIterable<string>; beat: () => string },
  ) => {
    const { id } = keyOf(request);
    const mayStay = async () => (await keyring.findById(id)) !== undefined;
    return sendEvents(reply, { frames, listener, heartbeat: beat, heartbeatMs, mayStay, onCut: listeners.countCut });
  };

  app.get<{ Querystring: StreamQuery }>('/events', { schema: operations.listen, exposeHeadRoute }, async (request, reply) => {
    const after = placeAsked(request);
    const types = request.query.types?.split(',');
    using listener = listeners.enter(request.account);
    reply.raw.once('close', listener.leave);
    const reader = await begun(listener, (signal) => tail.read({ accountId: request.account, after, signal }));
    const frames = async function* () {
      yield opening(reader.place);
      for await (const tailed of reader) if (!types || types.includes(tailed.event.type)) yield frameOf(tailed, publicUrl);
    };
    await send(request, reply, listener, { frames: frames(), beat: () => heartbeat(reader.place) });
    return reply;
  });

  app.get<{ Params: { id: string } }>(
    '/screenshots/:id/events',
    { schema: operations.listenToOne, exposeHeadRoute },
    async (request, reply) => {
      const { id } = request.params;
      const context: Partial<CallContext> = callContext(request);
      using listener = listeners.enter(request.account);
      reply.raw.once('close', listener.leave);
      const { signal } = listener;
      const screenshot = present(await intake.getScreenshot({ id }, { context: { ...context, signal } }));
      if (hasEnded(screenshot) && request.headers['last-event-id']) return reply.code(204).send();
      const states = statesOf(screenshot, { intake, tail, context, signal });
      const frames = async function* () {
        for await (const state of states) yield stateFrame(state, { ended: hasEnded(state), publicUrl });
      };
      await send(request, reply, listener, { frames: frames(), beat: () => bareHeartbeat });
      return reply;
    },
  );
}

/** What comes of a beginning that must not take long. Failure `unavailable` when it does. */
async function begun<T>({ signal, leave }: Listener, begin: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = setTimeout(leave, beginMs);
  try {
    return await begin(signal);
  } catch (thrown) {
    throw thrown instanceof Failure ? thrown : new Failure('unavailable', { cause: thrown });
  } finally {
    clearTimeout(late);
  }
}
