import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { openGateway } from './gateway.fixture.ts';
import { openApp } from './open-app.ts';

function ask(port: number, path: string, agent: Agent) {
  return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
    get({ port, path, agent, headers: { authorization: 'Bearer key-one' } }, async (answer) =>
      resolve({ status: answer.statusCode ?? 0, body: await json(answer) }),
    ).on('error', reject);
  });
}

test('closing lets the request in hand finish, takes no more, and does not wait for connections kept alive', async () => {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  let asked = false;
  await using gateway = await openGateway({
    desk: {
      async getSigningSecret() {
        asked = true;
        await held;
        return { secret: 'whsec_x' };
      },
    },
  });
  const agent = new Agent({ keepAlive: true });
  const open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 10_000 });
  const answer = ask(open.port, '/api/v1/account/signing-secret', agent);
  await eventually(() => asked);
  const startedMs = performance.now();
  const closed = open[Symbol.asyncDispose]();
  await eventually(() => assert.rejects(ask(open.port, '/', new Agent()), { code: 'ECONNREFUSED' }));
  letGo();
  assert.deepEqual(await answer, { status: 200, body: { webhook_secret: 'whsec_x' } });
  await closed;
  assert.ok(performance.now() - startedMs < 5_000);
  agent.destroy();
});

test('what is not finished within the grace is cut off', async () => {
  let asked = false;
  await using gateway = await openGateway({
    desk: {
      getSigningSecret() {
        asked = true;
        return new Promise(() => {});
      },
    },
  });
  const open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 200 });
  const answer = assert.rejects(ask(open.port, '/api/v1/account/signing-secret', new Agent()), { code: 'ECONNRESET' });
  await eventually(() => asked);
  const startedMs = performance.now();
  await open[Symbol.asyncDispose]();
  assert.ok(performance.now() - startedMs < 2_000);
  await answer;
});
