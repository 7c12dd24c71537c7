import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { openGateway } from '../gateway.fixture.ts';
import { failureOf, sendProblem } from '../problem.ts';
import { admit, keyOf } from './admit.ts';
import type { ApiKey } from './api-key.ts';

const mine: ApiKey = { id: '1', accountId: 'one', name: 'mine', scopes: ['read'], domains: [] };

test('a dialect looks for its key where its clients send it', async () => {
  const app = fastify();
  app.setErrorHandler((error, _, reply) => sendProblem(reply, failureOf(error)));
  app.register(async (dialect) => {
    admit(dialect, {
      keyring: { find: async (sent) => (sent === 'sk_mine' ? mine : undefined) },
      requestRate: { take: async () => ({ limit: 9, remaining: 8, resetS: 60, refused: false }) },
      sentKey: ({ query }) => (query as { key?: string }).key,
    });
    dialect.get('/take', { config: { scope: 'read' } }, async (request) => [request.account, keyOf(request).name]);
  });
  const ask = (url: string, headers = {}) => app.inject({ url, headers });
  const { body, headers } = await ask('/take?key=sk_mine');
  assert.deepEqual([body, headers['ratelimit-remaining']], ['["one","mine"]', '8']);
  assert.equal((await ask('/take?key=sk_other')).statusCode, 401);
  assert.equal((await ask('/take', { authorization: 'Bearer sk_mine' })).statusCode, 401);
});

test('the native API takes no key from the query, where it would be written down on the way', async () => {
  await using gateway = await openGateway();
  assert.equal((await gateway.ask('GET', '/api/v1/account?key=key-one', { key: undefined })).status, 401);
});
