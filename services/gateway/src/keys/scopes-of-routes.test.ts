import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FastifyInstance, fastify } from 'fastify';
import { scopeRoutes } from './scopes-of-routes.ts';

async function openWith(register: (api: FastifyInstance) => void) {
  const app = fastify();
  app.register(
    async (api) => {
      scopeRoutes(api);
      register(api);
    },
    { prefix: '/api/v1' },
  );
  await app.ready();
  return app;
}

test('a route that the table does not know says what it needs, or the gateway does not start', async () => {
  await assert.rejects(
    openWith((api) => api.get('/unheard-of', async () => 'x')),
    /GET \/unheard-of says of no scope/,
  );
  const app = await openWith((api) =>
    api.get('/unheard-of', { config: { scope: 'read' } }, async (request) => request.routeOptions.config.scope),
  );
  assert.equal((await app.inject('/api/v1/unheard-of')).body, 'read');
  assert.equal((await app.inject({ method: 'HEAD', url: '/api/v1/unheard-of' })).statusCode, 200);
});

test('what a route says of itself goes before the table', async () => {
  const app = await openWith((api) =>
    api.get('/keys', { config: { scope: 'read' } }, async (request) => request.routeOptions.config.scope),
  );
  assert.equal((await app.inject('/api/v1/keys')).body, 'read');
});
