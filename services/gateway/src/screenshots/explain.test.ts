import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { CreateScreenshotRequest, ExplainScreenshotRequest, ExplainScreenshotResponseSchema } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { openGateway } from '../gateway.fixture.ts';

const path = '/api/v1/screenshots/explain';

/** A gateway whose capture says this of every wish, and keeps what it was asked. */
async function openExplaining(said: MessageInitShape<typeof ExplainScreenshotResponseSchema> = {}) {
  const asked: CreateScreenshotRequest[] = [];
  const explainScreenshot = async ({ wish }: ExplainScreenshotRequest) => {
    if (wish) asked.push(wish);
    return { cacheKey: 'c0ffee', ...said };
  };
  return { asked, ...(await openGateway({ intake: { explainScreenshot } })) };
}

test('a wish is explained by capture, and nothing is made of it', async () => {
  await using gateway = await openExplaining({ options: { width: 800 }, warnings: ['It is tall.'] });
  const body = { url: 'https://example.com/', width: 800, webhook_url: 'https://hooks.example.com/' };
  const { status, json } = await gateway.ask('POST', path, { body });
  assert.equal(status, 200);
  const { options, ...rest } = json;
  assert.equal(options.width, 800);
  assert.deepEqual(rest, { cache_key: 'c0ffee', warnings: ['It is tall.'], may_be_visited: true });
  assert.deepEqual([gateway.asked[0]?.url, gateway.asked[0]?.options?.width, gateway.intake.screenshots.size], [body.url, 800, 0]);
});

test('an address that may not be visited is explained, and is no error', async () => {
  await using gateway = await openExplaining({ blocked: 'is a private address' });
  const { status, json } = await gateway.ask('POST', path, { body: { url: 'http://10.0.0.1/' } });
  assert.deepEqual([status, json.may_be_visited, json.blocked_because], [200, false, 'is a private address']);
});

test('what is no wish is refused by its fields, here or by capture', async () => {
  await using gateway = await openExplaining();
  for (const [body, code, field] of [
    [{}, 'VALIDATION_ERROR', 'url'],
    [{ url: 'https://example.com/', width: 1 }, 'VALIDATION_ERROR', 'width'],
    [{ url: 'http://10.0.0.1/', proxy: 'http://10.0.0.2:3128' }, 'BLOCKED_URL', 'proxy'],
    [{ url: 'https://example.com/', nothing: 1 }, 'VALIDATION_ERROR', 'nothing'],
  ] as const) {
    const { status, json } = await gateway.ask('POST', path, { body });
    assert.deepEqual([status, json.error.code, field in json.error.details], [422, code, true], field);
  }
  assert.equal((await gateway.ask('POST', path, { body: { url: 'https://example.com/' }, key: undefined })).status, 401);
  const refuses = async () => Promise.reject(new Failure('validation_error', { fields: { width: ['is odd'] } }));
  await using odd = await openGateway({ intake: { explainScreenshot: refuses } });
  assert.deepEqual((await odd.ask('POST', path, { body: { url: 'https://example.com/' } })).json.error.details, { width: ['is odd'] });
});
