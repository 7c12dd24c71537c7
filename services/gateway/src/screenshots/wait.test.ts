import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ProblemSchema, ScreenshotStatus } from '@shotwire/contract';
import { eventually } from '@shotwire/testing';
import { openListening } from '../events/events.fixture.ts';
import { openGateway } from '../gateway.fixture.ts';
import { openApp } from '../open-app.ts';
import { preferredWait } from './prefer-wait.ts';
import { prefersBytes } from './prefers-bytes.ts';

type Gateway = Awaited<ReturnType<typeof openGateway>>;
type End = Buffer | { code: string } | 'cancelled';

/** Asks for a screenshot that is waited for, and ends it. */
async function ask(gateway: Gateway, { headers, end }: { headers?: Record<string, string>; end?: End } = {}) {
  const asking = gateway.ask('POST', '/api/v1/screenshots', {
    body: { url: 'https://example.com' },
    headers: { prefer: 'wait=30', ...headers },
  });
  const made = await eventually(() => gateway.intake.screenshots.values().next().value ?? assert.fail('nothing was made'));
  if (end instanceof Buffer) await gateway.complete(made.id, end);
  else if (end === 'cancelled') made.status = ScreenshotStatus.CANCELLED;
  else if (end) Object.assign(made, { status: ScreenshotStatus.FAILED, problem: create(ProblemSchema, { ...end, message: 'It failed.' }) });
  gateway.tell(made.id);
  return asking;
}

const image = Buffer.from('an image');

test('what ends in time is the answer, with where it is', async () => {
  await using gateway = await openGateway();
  const { status, headers, json } = await ask(gateway, { end: image });
  assert.deepEqual([status, json.status, headers['preference-applied']], [200, 'completed', 'wait=30']);
  assert.equal(headers.location, `https://shots.example/base/api/v1/screenshots/${json.id}`);
  assert.deepEqual(json, (await gateway.ask('GET', `/api/v1/screenshots/${json.id}`)).json);
});

test('one that fails in time is as good an answer, for who takes JSON', async () => {
  await using gateway = await openGateway();
  const { status, json } = await ask(gateway, { end: { code: 'TIMEOUT' } });
  assert.deepEqual([status, json.status, json.error.code], [200, 'failed', 'TIMEOUT']);
});

test('what does not end in time is accepted all the same, also for who would have had the bytes', async () => {
  await using gateway = await openGateway();
  const headers = { prefer: 'wait=0', accept: 'image/*' };
  const { status, headers: came, json } = await ask(gateway, { headers });
  assert.deepEqual([status, json.status, came['preference-applied']], [202, 'pending', 'wait=0']);
  assert.match(String(came.location), new RegExp(`/api/v1/screenshots/${json.id}$`));
});

test('who accepts an image rather than JSON is given the bytes', async () => {
  await using gateway = await openGateway();
  const { status, headers, bytes } = await ask(gateway, { headers: { accept: 'image/*' }, end: image });
  assert.deepEqual([status, headers['content-type'], String(bytes)], [200, 'image/png', 'an image']);
  assert.match(String(headers.location), /\/api\/v1\/screenshots\//);
});

for (const [end, status, code] of [
  [{ code: 'TIMEOUT' }, 504, 'TIMEOUT'],
  [{ code: 'DNS_FAILED' }, 502, 'DNS_FAILED'],
  [{ code: 'SELECTOR_NOT_FOUND' }, 422, 'SELECTOR_NOT_FOUND'],
  ['cancelled', 404, 'NO_IMAGE'],
] as const)
  test(`who accepts an image rather than JSON is told ${code} with ${status} when there is none`, async () => {
    await using gateway = await openGateway();
    const refused = await ask(gateway, { headers: { accept: 'image/png' }, end });
    assert.deepEqual([refused.status, refused.json.error.code], [status, code]);
  });

test('a screenshot that had ended before anybody waited is the answer at once', async () => {
  await using gateway = await openGateway();
  const { screenshots } = gateway.intake;
  const keep = screenshots.set.bind(screenshots);
  screenshots.set = (id, screenshot) => keep(id, Object.assign(screenshot, { status: ScreenshotStatus.CANCELLED }));
  const began = performance.now();
  const { status } = await gateway.ask('POST', '/api/v1/screenshots', {
    body: { url: 'https://example.com' },
    headers: { prefer: 'wait=60' },
  });
  assert.equal(status, 200);
  assert.ok(performance.now() - began < 2_000);
});

for (const prefer of ['wait=121', 'wait=-1', 'wait=soon', 'wait', 'wait=1.5', 'respond-async, wait=99999999999'])
  test(`Prefer: ${prefer} is refused with what is wrong beside it, and nothing is made`, async () => {
    await using gateway = await openGateway();
    const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', {
      body: { url: 'https://example.com', width: 1 },
      headers: { prefer },
    });
    assert.equal(status, 422);
    assert.deepEqual(Object.keys(json.error.details).sort(), ['Prefer', 'width']);
    assert.match(json.error.details.Prefer[0], /from 0 to 120/);
    assert.equal(gateway.intake.screenshots.size, 0);
  });

test('preferences are read as RFC 7240 writes them', () => {
  const waits = (prefer?: string) => preferredWait({ headers: prefer === undefined ? {} : { prefer } }).waitS;
  assert.deepEqual(
    [undefined, 'respond-async', 'Wait = 5', 'respond-async, wait=7; x=y', 'wait=1, wait=2', 'wait="120"', 'waiting=3'].map(waits),
    [undefined, undefined, 5, 7, 1, 120, undefined],
  );
});

test('bytes are for who would rather have them than JSON', () => {
  const prefers = (accept?: string) => prefersBytes(accept, ['image/png', 'application/pdf']);
  const table: [string | undefined, boolean][] = [
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['application/json', false],
    ['image/*', true],
    ['IMAGE/PNG', true],
    ['application/pdf;q=0.5', true],
    ['image/*, application/json', false],
    ['image/*;q=0.9, application/json', false],
    ['image/*, application/json;q=0.9', true],
    ['application/*, image/png;q=0.3', false],
    ['image/png;q=0', false],
    ['image/png;q=x', false],
    ['text/plain', false],
    ['image/avif,image/webp,image/*,*/*;q=0.8', true],
  ];
  for (const [accept, expected] of table) assert.equal(prefers(accept), expected, accept);
});

test('who goes away stops waiting', async () => {
  await using gateway = await openGateway();
  await using open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 200 });
  const asking = request({
    port: open.port,
    method: 'POST',
    path: '/api/v1/screenshots',
    headers: { authorization: 'Bearer key-one', 'content-type': 'application/json', prefer: 'wait=60' },
  }).on('error', () => {});
  asking.end(JSON.stringify({ url: 'https://example.com' }));
  await eventually(() => assert.equal(gateway.intake.screenshots.size, 1));
  asking.destroy();
  await eventually(() => assert.ok(gateway.lines.some(({ msg }) => msg === 'request')));
  const looks = gateway.intake.contexts.length;
  gateway.tell([...gateway.intake.screenshots.keys()][0] ?? '');
  await new Promise(setImmediate);
  assert.equal(gateway.intake.contexts.length, looks);
});

test('the event of the end is what the answer waits for; a gateway that closes answers with what there is', async () => {
  await using house = await openListening();
  const post = () =>
    fetch(`http://127.0.0.1:${house.port}/api/v1/screenshots`, {
      method: 'POST',
      headers: { authorization: 'Bearer key-one', 'content-type': 'application/json', prefer: 'wait=60' },
      body: JSON.stringify({ url: 'https://example.com' }),
    });
  const nth = (n: number) => eventually(() => [...house.intake.screenshots.keys()][n] ?? assert.fail());
  const first = post();
  const id = await nth(0);
  await house.complete(id, image);
  await house.happen(['one'], { screenshot: { id } });
  assert.equal((await first).status, 200);
  const second = post();
  await nth(1);
  const began = performance.now();
  await house.open[Symbol.asyncDispose]();
  assert.equal((await second).status, 202);
  assert.ok(performance.now() - began < 2_000);
});
