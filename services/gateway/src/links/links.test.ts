import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ProblemSchema, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { createLinks } from '@shotwire/links';
import { eventually } from '@shotwire/testing';
import { openImpatient } from '../dialects/ending.fixture.ts';
import { adminKeyOf, openGateway } from '../gateway.fixture.ts';
import { failureOf, sendProblem } from '../problem.ts';
import { openLinkRoute } from './open-route.ts';

const explained = { explainScreenshot: async () => ({}) };
const open = (given: Parameters<typeof openGateway>[0] = {}) => openGateway({ ...given, intake: { ...explained, ...given.intake } });
type Gateway = Awaited<ReturnType<typeof open>>;

const page = { url: 'https://example.com/', width: 800 };
const noKey = { key: undefined };

/** The path of a new link, without what PUBLIC_URL adds for those outside. */
async function linkTo({ ask }: Gateway, body: object = page): Promise<string> {
  const { status, json } = await ask('POST', '/api/v1/links', { body });
  assert.equal(status, 201, JSON.stringify(json));
  return json.url.replace('https://shots.example/base', '');
}

const made = ({ intake }: Gateway) => [...intake.screenshots.values()];

/** Completes what is asked for, as soon as it is. */
async function completeNext(gateway: Gateway, bytes = Buffer.from('picture')): Promise<Screenshot> {
  await eventually(() => made(gateway).some(({ status }) => status === ScreenshotStatus.PENDING));
  const pending = made(gateway).find(({ status }) => status === ScreenshotStatus.PENDING) ?? assert.fail();
  await gateway.complete(pending.id, bytes, { expiresMs: Date.now() + 86_400_000 });
  return pending;
}

function fail(screenshot: Screenshot, agoMs = 0): void {
  const seconds = BigInt(Math.floor((Date.now() - agoMs) / 1000));
  const problem = create(ProblemSchema, { code: 'CONNECTION_FAILED', message: 'The page could not be reached.' });
  Object.assign(screenshot, {
    status: ScreenshotStatus.FAILED,
    problem,
    endedAt: { $typeName: 'google.protobuf.Timestamp', seconds, nanos: 0 },
  });
}

test('a link is for a time, and its picture is taken when it is first opened, without a key', async () => {
  await using gateway = await open();
  const { json } = await gateway.ask('POST', '/api/v1/links', { body: { ...page, valid_for: 3_600 } });
  assert.match(json.url, /^https:\/\/shots\.example\/base\/links\/one\/[\w-]+\.[\w-]{43}\.png$/);
  assert.ok(Math.abs(Date.parse(json.expires_at) - Date.now() - 3_600_000) < 10_000);
  assert.equal(made(gateway).length, 0);
  const opening = gateway.ask('GET', json.url.replace('https://shots.example/base', ''), noKey);
  const { url, options, accountId } = await completeNext(gateway);
  assert.deepEqual([url, options?.width, accountId], [page.url, 800, 'one']);
  const { status, headers, bytes } = await opening;
  assert.deepEqual([status, headers['content-type'], bytes.toString()], [200, 'image/png', 'picture']);
  assert.equal(headers['cache-control'], 'public, max-age=60');
});

test('all who open a link share one capture, now and later; who has the picture already is told so', async () => {
  await using gateway = await open();
  const link = await linkTo(gateway);
  const opening = Array.from({ length: 100 }, () => gateway.ask('GET', link, noKey));
  await completeNext(gateway);
  assert.ok((await Promise.all(opening)).every(({ status, bytes }) => status === 200 && bytes.toString() === 'picture'));
  const { status, headers } = await gateway.ask('HEAD', link, noKey);
  assert.deepEqual([status, headers['content-length']], [200, '7']);
  assert.equal((await gateway.ask('GET', link, { ...noKey, headers: { 'if-none-match': String(headers.etag) } })).status, 304);
  assert.equal(made(gateway).length, 1);
});

test('what was kept for its time is taken anew', async () => {
  let nowMs = Date.now();
  await using gateway = await open({ parts: { now: () => nowMs } });
  const link = await linkTo(gateway, { ...page, expires_in: 3_600 });
  for (const bytes of ['first', 'second'].map((text) => Buffer.from(text))) {
    const opening = gateway.ask('GET', link, noKey);
    await completeNext(gateway, bytes);
    assert.deepEqual((await opening).bytes, bytes);
    nowMs += 3_600_000;
  }
  assert.equal(made(gateway).length, 2);
});

test('what the archive keeps for less than that is taken anew when it is gone', async () => {
  let nowMs = Date.now();
  await using gateway = await open({ parts: { now: () => nowMs } });
  const link = await linkTo(gateway);
  const opening = gateway.ask('GET', link, noKey);
  const { id } = await completeNext(gateway);
  assert.equal((await opening).status, 200);
  await gateway.complete(id, Buffer.from('picture'), { expiresMs: nowMs + 1_000 });
  nowMs += 1_000;
  const again = gateway.ask('GET', link, noKey);
  await completeNext(gateway);
  assert.equal((await again).status, 200);
});

test('a capture that failed is a no that nobody keeps, and is tried again after a minute, then after two', async () => {
  let nowMs = Date.now();
  await using gateway = await open({ parts: { now: () => nowMs } });
  const link = await linkTo(gateway);
  const opening = gateway.ask('GET', link, noKey);
  await eventually(() => made(gateway).length === 1);
  fail(made(gateway)[0] ?? assert.fail());
  const { status, headers, json } = await opening;
  assert.deepEqual([status, headers['cache-control'], json.error.code], [502, 'no-store', 'CONNECTION_FAILED']);
  assert.equal((await gateway.ask('GET', link, noKey)).status, 502);
  assert.equal(made(gateway).length, 1);
  nowMs += 61_000;
  const again = gateway.ask('GET', link, noKey);
  await eventually(() => made(gateway).length === 2);
  fail(made(gateway)[1] ?? assert.fail(), -61_000);
  assert.equal((await again).status, 502);
  nowMs += 61_000;
  assert.equal((await gateway.ask('GET', link, noKey)).status, 502);
  assert.equal(made(gateway).length, 2);
  nowMs += 80_000;
  const third = gateway.ask('GET', link, noKey);
  await completeNext(gateway);
  assert.equal((await third).status, 200);
});

test('a capture that takes too long is waited for no longer, and goes on', async () => {
  const links = createLinks({ key: 'a key of these tests', publicUrl: new URL('https://shots.example/') });
  const key = { ...adminKeyOf('one'), scopes: ['capture' as const] };
  const parts = { links, now: Date.now, keyring: { findById: async () => key } };
  await using impatient = await openImpatient<Parameters<typeof openLinkRoute>[1]>((scope, given) => {
    scope.addSchema({ $id: 'Problem' });
    scope.setErrorHandler((error, _, reply) => sendProblem(reply, failureOf(error)));
    openLinkRoute(scope, { ...given, ...parts });
  });
  const link = links.renderUrl({ accountId: 'one', keyId: key.id, wish: page, expiresAt: Date.now() / 1000 + 60, extension: 'png' });
  const answer = await impatient.app.inject(link.replace('https://shots.example/links', ''));
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [504, '5']);
});

test('a link that was changed, is over, or whose key is gone opens nothing, and nothing is asked for it', async () => {
  let nowMs = Date.now();
  const keys = [adminKeyOf('one')];
  const keyring = { find: async () => keys[0], findById: async (id: string) => keys.find((key) => key.id === id), forget: () => {} };
  await using gateway = await open({ parts: { now: () => nowMs, keyring } });
  const link = await linkTo(gateway, { ...page, valid_for: 60 });
  const [said = '', signature = ''] = link.split('/')[3]?.split('.') ?? [];
  const other = Buffer.from(
    JSON.stringify({ wish: { url: 'https://example.com/other' }, keyId: keys[0]?.id, expiresAt: 2 ** 33 }),
  ).toString('base64url');
  const refused = [
    link.replace('/one/', '/two/'),
    link.replace(said, other),
    link.replace(
      signature,
      signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    ),
    link.replace('.png', ''),
    link.replace('.png', '.png/../x'),
    link.replace('.png', '.%2e%2e'),
    `${link}/x`,
    `/links/one/${'x'.repeat(7_000)}.png`,
    '/links/one/',
    '/links/%00/x.y.png',
  ];
  for (const url of refused) {
    const { status, json, headers } = await gateway.ask('GET', url, { key: 'key-one' });
    assert.ok(status === 403 ? json.error.code === 'LINK_REFUSED' : status === 404, `${status} ${url}`);
    if (status === 403) assert.equal(headers['cache-control'], 'no-store');
  }
  keys.length = 0;
  assert.equal((await gateway.ask('GET', link, noKey)).status, 403);
  keys.push(adminKeyOf('one'));
  nowMs += 61_000;
  assert.equal((await gateway.ask('GET', link, noKey)).status, 403);
  assert.equal(gateway.intake.contexts.length, 0);
});

test('a link is for reading, and its token is in no log', async () => {
  await using gateway = await open();
  const link = await linkTo(gateway);
  const opening = gateway.ask('GET', link, noKey);
  await completeNext(gateway);
  await opening;
  const { status, headers } = await gateway.ask('POST', link, { ...noKey, body: {} });
  assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
  await gateway.ask('GET', `${link}x`, noKey);
  const [, token = ''] = /([\w-]{43})\.png$/.exec(link) ?? [];
  assert.ok(token !== '' && gateway.lines.every((line) => !JSON.stringify(line).includes(token)));
});

test('what is secret, or says who is told, has no place in a link', async () => {
  await using gateway = await open();
  const body = {
    ...page,
    headers: { 'x-a': 'b' },
    cookies: [{ name: 'a', value: 'b' }],
    basic_auth: { username: 'a', password: 'b' },
    proxy: 'http://a:b@proxy.example:3128',
    webhook_url: 'https://hooks.example.com/',
    webhook_secret: 'sixteen letters!',
    apps: ['0f8fad5b-d9cb-469f-a165-70867728950e'],
  };
  const { status, json } = await gateway.ask('POST', '/api/v1/links', { body });
  assert.equal(status, 422);
  const { url: _, width: __, ...rest } = body;
  assert.deepEqual(Object.keys(json.error.details).sort(), Object.keys(rest).sort());
});

test('what a link may not be is told to who makes it', async () => {
  const refuses = {
    explainScreenshot: async () => Promise.reject(new Failure('validation_error', { fields: { expires_in: ['is too long'] } })),
  };
  for (const [body, code, fields] of [
    [{}, 'VALIDATION_ERROR', ['url']],
    [{ ...page, valid_for: 1 }, 'VALIDATION_ERROR', ['valid_for']],
    [{ ...page, width: 1 }, 'VALIDATION_ERROR', ['width']],
    [{ url: 'http://10.0.0.1/' }, 'BLOCKED_URL', ['url']],
    [{ html: 'x'.repeat(8_000) }, 'VALIDATION_ERROR', ['body']],
  ] as const) {
    await using gateway = await open();
    const { status, json } = await gateway.ask('POST', '/api/v1/links', { body });
    assert.deepEqual([status, json.error.code, Object.keys(json.error.details)], [422, code, fields]);
  }
  await using gateway = await open({ intake: refuses });
  const { json } = await gateway.ask('POST', '/api/v1/links', { body: page });
  assert.deepEqual(json.error.details, { expires_in: ['is too long'] });
  assert.equal((await gateway.ask('POST', '/api/v1/links', { ...noKey, body: page })).status, 401);
});
