import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { ArchiveReader } from '@shotwire/archive';
import type { DeskService, IntakeService } from '@shotwire/contract';
import type { AllowEntry } from '@shotwire/egress';
import type { Tail } from '@shotwire/events';
import { Failure } from '@shotwire/failures';
import type { Links } from '@shotwire/links';
import type { Postgres } from '@shotwire/postgres';
import type { RpcClient } from '@shotwire/rpc';
import { childTraceparent, type Logger, type Metrics, type RandomBytes } from '@shotwire/telemetry';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import { accountRoutes } from './account/routes.ts';
import { appRoutes } from './apps/routes.ts';
import { batchRoutes } from './batches/routes.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { screenshotCenterRoutes } from './dialects/screenshotcenter/routes.ts';
import { screenshotOneRoutes } from './dialects/screenshotone/routes.ts';
import { urlboxRoutes } from './dialects/urlbox/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { answerClientError } from './http/answer-client-error.ts';
import { limitLargeBodies } from './http/limit-large-bodies.ts';
import { httpLimits } from './http/limits.ts';
import { observeRequests } from './http/observe-requests.ts';
import { answerPreflight, isPreflight, openHeaders } from './http/open-headers.ts';
import { refuseOtherMethods } from './http/refuse-other-methods.ts';
import { imageRoutes } from './images/routes.ts';
import { admit } from './keys/admit.ts';
import type { Keyring } from './keys/create-keyring.ts';
import { keyRoutes } from './keys/routes.ts';
import type { RequestRate } from './limits/create-request-rate.ts';
import { createLinkRoute } from './links/create-route.ts';
import { openLinkRoute } from './links/open-route.ts';
import { describeApi } from './openapi/describe-api.ts';
import { failureOf, sendProblem } from './problem.ts';
import { screenshotRoutes } from './screenshots/routes.ts';
import { signingKeyRoutes } from './signing-keys/routes.ts';

/** What the API is made of. */
export interface AppParts {
  intake: Omit<RpcClient<typeof IntakeService>, typeof Symbol.dispose>;
  desk: Omit<RpcClient<typeof DeskService>, typeof Symbol.dispose>;
  tail: Pick<Tail, 'hear' | 'read'>;
  /** Streams of events that an account may have open here. */
  listenersPerAccount: number;
  /** How often each of them shows that it is there; 15 seconds when not given. */
  eventHeartbeatMs?: number;
  archive: ArchiveReader;
  keyring: Keyring;
  postgres: Pick<Postgres, 'transaction'>;
  requestRate: RequestRate;
  /** Captures that an account has in a month; 0 for as many as it likes. */
  monthlyQuota: number;
  links: Links;
  /** Where clients reach the API. */
  publicUrl: URL;
  egressAllow: readonly AllowEntry[];
  webhookAllowHttp: boolean;
  /** Proxies by the country in which they come out, in lower case; empty where requests come out there by themselves. */
  proxies: ReadonlyMap<string, string>;
  log: Logger;
  metrics: Metrics;
  newId: () => string;
  randomBytes: RandomBytes;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A client's own request id is kept when it is short and plain. */
const saneId = /^[A-Za-z0-9._:-]{1,128}$/;

/** The API, without a port. */
export function buildApp(parts: AppParts): FastifyInstance {
  const { log, metrics, newId, randomBytes } = parts;
  const publicUrl = `${parts.publicUrl.origin}${parts.publicUrl.pathname.replace(/\/+$/, '')}`;
  const observe = observeRequests({ log, metrics });

  const app = fastify<Server, IncomingMessage, ServerResponse, FastifyBaseLogger>({
    ...httpLimits,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && saneId.test(given) ? given : newId();
    },
    ajv: {
      customOptions: {
        allErrors: true,
        verbose: true,
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        keywords: ['x-pattern-says'],
        allowUnionTypes: true,
      },
    },
    // A request that is already on its way is answered, in a shape of ours.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerClientError(error, socket, newId),
    frameworkErrors: (error, request, reply) => {
      observe(request, reply);
      void sendProblem(reply, failureOf(error));
    },
  });

  // RFC 9110 §10.1.1 lets a server go on where Node would answer 417 by itself, with nothing in it.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));

  // JSON is the only language here, and a body on DELETE means nothing.
  app.removeContentTypeParser('text/plain');
  app.addHttpMethod('DELETE', { hasBody: false, overrideExisting: true });
  app.setErrorHandler((error, _, reply) => sendProblem(reply, failureOf(error)));
  app.setNotFoundHandler((_, reply) => sendProblem(reply, new Failure('not_found')));

  app.decorateRequest('traceparent', '');
  app.addHook('onRequest', async (request, reply) => {
    const given = request.headers.traceparent;
    request.traceparent = childTraceparent(typeof given === 'string' ? given : undefined, randomBytes);
    reply.headers({ 'x-request-id': request.id, ...openHeaders });
    observe(request, reply);
    if (isPreflight(request)) return answerPreflight(reply);
  });

  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort(new Failure('unavailable')));
  const tail = { ...parts.tail, closing: closing.signal };

  const otherMethods = refuseOtherMethods(app);
  describeApi(app, { publicUrl });
  app.register(async (open) => signingKeyRoutes(open, parts));
  app.register(async (dialect) => screenshotOneRoutes(dialect, { ...parts, tail }));
  app.register(async (dialect) => urlboxRoutes(dialect, { ...parts, tail, publicUrl }));
  app.register(async (images) => imageRoutes(images, parts), { prefix: '/images' });
  app.register(async (links) => openLinkRoute(links, { ...parts, tail }), { prefix: '/links' });
  app.register(
    async (api) => {
      admit(api, parts);
      limitLargeBodies(api);
      screenshotRoutes(api, { ...parts, tail, publicUrl });
      eventRoutes(api, { ...parts, tail });
      createLinkRoute(api, parts);
      batchRoutes(api, { ...parts, publicUrl });
      appRoutes(api, { ...parts, publicUrl });
      deliveryRoutes(api, parts);
      accountRoutes(api, parts);
      keyRoutes(api, parts);
    },
    { prefix: '/api/v1' },
  );
  app.register(async (dialect) => screenshotCenterRoutes(dialect, { ...parts, publicUrl }), { prefix: '/api/v1' });
  app.after(otherMethods.close);
  return app;
}
