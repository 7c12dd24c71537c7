import { type App, AppState, type DeskService, type Secret } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { attemptFromProto, textOf } from '../deliveries/translate.ts';
import { callContext, goneSignal } from '../http/call-context.ts';
import { optionalBody } from '../http/optional-body.ts';
import { refuseUnfit } from '../schema/refuse-unfit.ts';
import { renameFields } from '../schema/rename-fields.ts';
import { whenSet } from '../screenshots/when-set.ts';
import { operations } from './operations.ts';
import type { AppBody } from './schema.ts';
import { appFromProto, appToProto, pathsOf, secretFromProto } from './translate.ts';

interface AppRouteParts {
  desk: Pick<
    RpcClient<typeof DeskService>,
    'createApp' | 'getApp' | 'listApps' | 'updateApp' | 'deleteApp' | 'setAppState' | 'rotateAppSecret' | 'testApp'
  >;
  /** Where clients reach the API, without a slash at its end. */
  publicUrl: string;
}

interface ById {
  Params: { id: string };
}

/** An attempt has 30 seconds, and what is around it some. */
const trialTimeoutMs = 45_000;

/** The registered destinations of the account that asks. */
export function appRoutes(api: FastifyInstance, { desk, publicUrl }: AppRouteParts): void {
  api.post<{ Body: AppBody }>('/apps', { schema: operations.create }, async (request, reply) => {
    refuseUnfit(request.body);
    const { secret = '' } = request.body;
    const made = await desk.createApp({ app: appToProto(request.body), secret }, { context: callContext(request) });
    const app = present(made);
    return reply
      .code(201)
      .headers({ location: `${publicUrl}/api/v1/apps/${app.id}`, 'cache-control': 'no-store' })
      .send({ ...appFromProto(app), secret: made.secret ? secretFromProto(made.secret) : null });
  });

  api.get('/apps', { schema: operations.list }, async (request, reply) => {
    const { apps } = await desk.listApps({}, { context: { ...callContext(request), signal: goneSignal(reply) } });
    return { data: apps.map(appFromProto) };
  });

  api.get<ById>('/apps/:id', { schema: operations.get }, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    return appFromProto(present(await desk.getApp(request.params, { context })));
  });

  api.patch<ById & { Body: AppBody }>('/apps/:id', { schema: operations.change }, async (request) => {
    refuseUnfit(request.body);
    const app = Object.assign(appToProto(request.body), request.params);
    const change = desk.updateApp({ app, mask: { paths: pathsOf(request.body) } }, { context: callContext(request) });
    return appFromProto(present(await renameFields({ mask: 'body' }, change)));
  });

  api.delete<ById>('/apps/:id', { schema: operations.delete }, async (request, reply) => {
    await desk.deleteApp(request.params, { context: callContext(request) });
    return reply.code(204).send();
  });

  const states = { enable: AppState.ENABLED, pause: AppState.PAUSED, disable: AppState.DISABLED } as const;
  for (const verb of ['enable', 'pause', 'disable'] as const)
    api.post<ById>(`/apps/:id/${verb}`, { schema: operations[verb] }, async (request) => {
      const changed = await desk.setAppState({ ...request.params, state: states[verb] }, { context: callContext(request) });
      return { ...appFromProto(present(changed)), deliveries: changed.deliveries };
    });

  const rotation = { schema: operations.rotate, preValidation: optionalBody };
  api.post<ById & { Body: { secret?: string; overlap?: number } }>('/apps/:id/rotate-secret', rotation, async (request, reply) => {
    refuseUnfit(request.body);
    const { secret: given = '', overlap } = request.body;
    const wish = { ...request.params, secret: given, ...(overlap !== undefined && { overlap: { seconds: BigInt(overlap) } }) };
    const { secret, oldUntil } = await desk.rotateAppSecret(wish, { context: callContext(request) });
    reply.header('cache-control', 'no-store');
    return { secret: secretFromProto(secret as Secret), old_until: whenSet(oldUntil) };
  });

  const trial = { schema: operations.test, preValidation: optionalBody };
  api.post<ById & { Body: { event?: string; send?: boolean } }>('/apps/:id/test', trial, async (request, reply) => {
    refuseUnfit(request.body);
    const { event: eventType = '', send = false } = request.body;
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const asked = desk.testApp({ ...request.params, eventType, send }, { context, timeoutMs: trialTimeoutMs });
    const { method, url, headers, body, signatureInput, refusal, attempt } = await renameFields({ event_type: 'event' }, asked);
    return {
      method,
      url,
      headers,
      body: textOf(body),
      signature_input: textOf(signatureInput),
      refusal: refusal || null,
      attempt: attempt ? attemptFromProto(attempt) : null,
    };
  });
}

function present({ app }: { app?: App | undefined }): App {
  if (!app) throw new Failure('internal', { cause: new Error('the notifier answered without an app') });
  return app;
}
