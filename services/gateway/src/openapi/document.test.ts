import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { failures } from '@shotwire/failures';
import { openGateway } from '../gateway.fixture.ts';
import { tags } from './operation.ts';
import { type Described, operationsOf } from './operations-of.fixture.ts';

async function documentOf(gateway: Awaited<ReturnType<typeof openGateway>>) {
  const { status, json } = await gateway.ask('GET', '/openapi.json', { key: undefined });
  assert.equal(status, 200);
  return json;
}

test('the document is one of OpenAPI 3.1, for everybody, without a key', async () => {
  await using gateway = await openGateway();
  const document = await documentOf(gateway);
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  assert.equal(valid, true, JSON.stringify(errors, null, 1)?.slice(0, 2_000));
  assert.equal(validator.version, '3.1');
  assert.equal(document.servers[0].url, 'https://shots.example/base');
  // What a reference names is there: the validator looks at shapes alone.
  const named = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name as string);
  assert.ok(named.length > 10);
  assert.deepEqual(
    [...new Set(named)].filter((name) => !Object.hasOwn(document.components.schemas, name)),
    [],
  );
});

/** What is missing in an operation. */
function gapsOf({ method, path, operation }: Described): string[] {
  const { summary, operationId, tags: chapters = [], responses, security, requestBody, parameters = [] } = operation;
  const statuses = Object.keys(responses);
  const keyed = path.startsWith('/api/');
  const must = [
    ...(['malformed_request', 'request_timeout', 'headers_too_large', 'unavailable'] as const),
    ...(keyed ? (['invalid_api_key'] as const) : []),
    ...(method === 'post' ? (['malformed_body', 'body_too_large', 'unsupported_media_type'] as const) : []),
    ...(requestBody ? (['malformed_body', 'body_too_large', 'unsupported_media_type', 'validation_error'] as const) : []),
    ...(path.includes('{') ? (['not_found'] as const) : []),
  ].map((kind) => String(failures[kind].http));
  const gaps = [
    !summary && 'has no summary',
    !operationId && 'has no id',
    chapters.length === 0 && 'has no tag',
    !chapters.every((name) => Object.hasOwn(tags, name)) && `has a tag that is none of ours: ${chapters}`,
    keyed && security?.[0]?.apiKey === undefined && 'does not say that it needs a key',
    !statuses.some((status) => status.startsWith('2')) && 'does not say what it answers when all is well',
    ...[...new Set(must)].filter((status) => !statuses.includes(status)).map((status) => `does not say that it may answer ${status}`),
    ...statuses.filter((status) => responses[status]?.description === 'Default Response').map((status) => `says nothing of its ${status}`),
    ...statuses
      .filter((status) => status >= '400' && !JSON.stringify(responses[status]).includes('#/components/schemas/Problem'))
      .map((status) => `answers ${status} with something else than a problem`),
    ...parameters.filter(({ in: where, schema }) => where === 'query' && !schema).map(({ name }) => `has no schema for ${name}`),
  ];
  return gaps.filter((gap) => typeof gap === 'string').map((gap) => `${method.toUpperCase()} ${path} ${gap}`);
}

test('every route is described: summary, tag, key, and each status it can answer', async () => {
  await using gateway = await openGateway();
  const described = operationsOf(await documentOf(gateway));
  assert.ok(described.length >= 10);
  assert.deepEqual(described.flatMap(gapsOf), []);
  const ids = described.map(({ operation }) => operation.operationId);
  assert.deepEqual(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
    'ids that are there twice',
  );
});

test('a route that nobody described is named', () => {
  const bare = { method: 'post', path: '/api/v1/things/{id}', operation: { responses: { 200: { description: 'Default Response' } } } };
  const gaps = gapsOf(bare);
  assert.ok(gaps.includes('POST /api/v1/things/{id} has no summary'));
  assert.ok(gaps.includes('POST /api/v1/things/{id} does not say that it may answer 401'));
  assert.ok(gaps.includes('POST /api/v1/things/{id} says nothing of its 200'));
});

test('no route hides from the document but the API of somebody else, and what is no API', async () => {
  const hidden: string[] = [];
  await using gateway = await openGateway({
    onBuilt: (app) =>
      app.addHook('onRoute', ({ url, method, schema }) => {
        const { hide } = (schema ?? {}) as { hide?: boolean };
        // What refuses other methods takes OPTIONS; nothing else does.
        if (hide && ![method].flat().includes('OPTIONS')) hidden.push(url);
      }),
  });
  await gateway.app.ready();
  const foreign = /^\/(docs(\/|$)|openapi\.json$|api\/v1\/(screenshot|batch|crawl|account\/info)(\/|$)|(take|animate|bulk|usage)$|v1\/)/;
  assert.deepEqual(
    hidden.filter((url) => !foreign.test(url)),
    [],
  );
  assert.ok(hidden.includes('/openapi.json'));
});

test('each code of a failure is one of the document', async () => {
  await using gateway = await openGateway();
  const { components } = await documentOf(gateway);
  const { code } = components.schemas.Problem.properties.error.properties;
  assert.deepEqual(
    code.enum,
    Object.keys(failures).map((kind) => kind.toUpperCase()),
  );
});
