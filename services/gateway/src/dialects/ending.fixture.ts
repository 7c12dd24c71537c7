import assert from 'node:assert/strict';
import { create } from '@bufbuild/protobuf';
import { ProblemSchema, ScreenshotStatus } from '@shotwire/contract';
import { eventually } from '@shotwire/testing';
import { type FastifyInstance, fastify } from 'fastify';
import { openGateway } from '../gateway.fixture.ts';
import { httpLimits } from '../http/limits.ts';
import { twinTail } from '../twins.fixture.ts';

type Gateway = Awaited<ReturnType<typeof openGateway>>;

/** The screenshot that the gateway makes next, once it is there. */
async function nextOf({ intake }: Gateway, known: ReadonlySet<string>) {
  return eventually(() => intake.screenshots.values().find(({ id }) => !known.has(id)) ?? assert.fail('nothing was made'));
}

/** Asks for something that is waited for, and ends the screenshot that is made for it: with these bytes, or by this problem. */
export async function askAndEnd<T>(
  gateway: Gateway,
  ask: () => Promise<T>,
  end: Buffer | { code: string; message?: string } | 'cancelled',
): Promise<T> {
  const known = new Set(gateway.intake.screenshots.keys());
  const asking = ask();
  // What is refused makes nothing, and is seen below.
  const made = await Promise.race([nextOf(gateway, known), asking.then(() => undefined)]);
  if (!made) return asking;
  if (end instanceof Buffer) await gateway.complete(made.id, end);
  else if (end === 'cancelled') made.status = ScreenshotStatus.CANCELLED;
  else Object.assign(made, { status: ScreenshotStatus.FAILED, problem: create(ProblemSchema, { message: 'It failed.', ...end }) });
  gateway.tell(made.id);
  return asking;
}

/** The wish of the only screenshot that a gateway made. */
export function onlyWish({ intake }: Gateway) {
  const [only, ...more] = intake.screenshots.values();
  assert.ok(only && more.length === 0);
  return only;
}

/** A dialect that waits no longer than a moment, for a screenshot that does not end. */
export async function openImpatient<Parts>(routes: (scope: FastifyInstance, parts: Parts) => void) {
  await using gateway = await openGateway();
  const screenshot = gateway.intake.screenshots.get((await gateway.make()).id) ?? assert.fail();
  const app = fastify({
    routerOptions: httpLimits.routerOptions,
    ajv: { customOptions: { keywords: ['x-pattern-says'], allowUnionTypes: true } },
  });
  app.decorateRequest('traceparent', '');
  const key = { id: '1', accountId: 'one', name: 'first', scopes: ['capture'], domains: [] };
  const answer = async () => ({ screenshot });
  const parts = {
    intake: { createScreenshot: answer, getScreenshot: answer },
    tail: { ...twinTail().tail, closing: new AbortController().signal },
    keyring: { find: async () => key },
    requestRate: { take: async () => undefined },
    egressAllow: [],
    monthlyQuota: 0,
    newId: () => screenshot.id,
    publicUrl: 'https://shots.example/base',
    waitMs: 60,
  };
  app.register(async (scope) => routes(scope, parts as unknown as Parts));
  return { app, screenshot, [Symbol.asyncDispose]: () => app.close() };
}
