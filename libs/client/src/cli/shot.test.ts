import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { wishOptions } from '../gen/options.ts';
import { no, openServer, type Reply, screenshotOf } from '../server.fixture.ts';
import { shotwire } from './command.fixture.ts';

let dir: string;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'client-shot-'));
});
after(() => rm(dir, { recursive: true }));

const picture: Reply = (response) => void response.end('a picture');
const sizes = { width: 1280, height: 800, processing_time_ms: 1234 };
const page = 'https://example.com';

test('a page becomes a file, whose ending is the format', async () => {
  for (const [name, format] of [
    ['a.png', 'png'],
    ['a.jpg', 'jpeg'],
    ['a.md', 'markdown'],
    ['picture', undefined],
  ] as const) {
    await using server = await openServer(screenshotOf('completed', sizes), picture);
    const { code, stdout, stderr } = await shotwire(['shot', page, '-o', join(dir, name)], server);
    assert.deepEqual([code, stdout, stderr], [0, '', `${join(dir, name)}: 1280×800, 0.0 kB, 1.2 s\n`]);
    assert.equal(await readFile(join(dir, name), 'utf8'), 'a picture');
    assert.deepEqual(JSON.parse(server.came[0]?.body ?? ''), { url: page, ...(format && { format }) });
  }
  assert.deepEqual((await readdir(dir)).toSorted(), ['a.jpg', 'a.md', 'a.png', 'picture']);
});

test('flags become options: numbers, both ways of a switch, lists, JSON', async () => {
  await using server = await openServer(screenshotOf('completed'), picture);
  const flags = ['--width', '800', '--full-page', '--no-block-cookies', '--tags', 'a', '--tags', '{b', '--hide-selectors', '[data-ad]'];
  const json = [
    '--clip',
    '{"x":1}',
    '--cookies',
    '{"name":"a"}',
    '--cookies',
    '[{"name":"b"}]',
    '--apps',
    '{"id":"path"}',
    '--format',
    'webp',
  ];
  const { code, stdout } = await shotwire(['shot', page, '-o', '-', ...flags, ...json], server);
  assert.deepEqual([code, stdout], [0, 'a picture']);
  assert.deepEqual(JSON.parse(server.came[0]?.body ?? ''), {
    url: page,
    width: 800,
    full_page: true,
    block_cookies: false,
    tags: ['a', '{b'],
    hide_selectors: ['[data-ad]'],
    clip: { x: 1 },
    cookies: [{ name: 'a' }, { name: 'b' }],
    apps: { id: 'path' },
    format: 'webp',
  });
});

test('every option of the API is a flag, and in the help', async () => {
  const { code, stdout } = await shotwire(['shot', '--help']);
  assert.equal(code, 0);
  for (const { name } of wishOptions) if (name !== 'url') assert.match(stdout, new RegExp(`^ +--${name.replaceAll('_', '-')} `, 'm'));
});

test('a page may be given by itself instead of a URL', async () => {
  await using server = await openServer(screenshotOf('completed'), picture);
  assert.equal((await shotwire(['shot', '--html', '<p>Hi', '-o', '-'], server)).code, 0);
  assert.deepEqual(JSON.parse(server.came[0]?.body ?? ''), { html: '<p>Hi' });
});

for (const [args, says] of [
  [['shot', page], /-o FILE is missing/],
  [['shot', '-o', 'x.png'], /URL is missing/],
  [['shot', page, page, '-o', 'x.png'], /too much/],
  [['shot', page, '-o', 'x.png', '--wide'], /--wide/],
  [['shot', page, '-o', 'x.png', '--width', 'x'], /--width has to be a number/],
  [['shot', page, '-o', 'x.png', '--clip', '{'], /--clip has to be JSON/],
  [['batch', '--out', 'x'], /FILE is missing/],
  [['batch', 'x'], /--out DIR is missing/],
  [['listen', 'x'], /too much/],
  [['listen', '--forward', 'localhost:3000'], /--forward has to be an http/],
  [['listen', '--forward', 'http://localhost:3000', '--secret', 'whsec_!'], /--secret/],
  [['constructor'], /Exit codes/],
  [[], /Exit codes/],
] as const)
  test(`2 is the answer to: shotwire ${args.join(' ')}`, async () => {
    const { code, stderr } = await shotwire(args);
    assert.equal(code, 2);
    assert.match(stderr, says);
  });

test('a key that is missing and a URL that is none are told before anything is asked', async () => {
  for (const env of [{ SHOTWIRE_API_KEY: '' }, { SHOTWIRE_URL: 'ftp://x' }]) {
    const { code, stderr } = await shotwire(['shot', page, '-o', 'x.png'], { env });
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(Object.keys(env)[0] ?? ''));
  }
});

for (const [what, expected, reply] of [
  ['a page that failed', 1, screenshotOf('failed', { error: { code: 'DNS_FAILED', message: 'There is no such host.' } })],
  ['a key that is refused', 3, no(401, 'INVALID_API_KEY')],
  ['a quota that is used up', 3, no(402, 'QUOTA_EXCEEDED')],
  ['a limit', 3, no(429, 'RATE_LIMITED', { 'retry-after': '3600' })],
  ['a server that is out of order', 4, no(503, 'UNAVAILABLE', { 'retry-after': '0' })],
  ['a server of another kind', 4, ((response) => void response.end('hello')) as Reply],
] as const)
  test(`${expected} is the exit code of ${what}, and nothing is written`, async () => {
    await using server = await openServer(reply);
    const { code, stderr } = await shotwire(['shot', page, '-o', join(dir, 'no.png')], server);
    assert.equal(code, expected, stderr);
    assert.ok(!(await readdir(dir)).some((name) => name.startsWith('no.png')));
  });

test('what the server finds wrong is told by the names of the flags', async () => {
  const details = { full_page: ['must be true or false'], 'clip.width': ['is missing'], url: ['must be a URL'] };
  await using server = await openServer({
    status: 422,
    json: { error: { code: 'VALIDATION_ERROR', message: 'No.', details }, request_id: 'r1' },
  });
  const { code, stderr } = await shotwire(['shot', 'x', '-o', 'x.png'], server);
  assert.equal(code, 2);
  const lines = [
    'No. (VALIDATION_ERROR, request r1)',
    '  --full-page: must be true or false',
    '  --clip.width: is missing',
    '  url: must be a URL',
  ];
  assert.ok(stderr.startsWith(`shotwire: ${lines.join('\n')}\n`), stderr);
});

test('4 is the exit code where nobody listens, 5 where the file cannot be written', async () => {
  await using server = await openServer(screenshotOf('completed'), picture);
  assert.equal((await shotwire(['shot', page, '-o', join(dir, 'none', 'x.png')], server)).code, 5);
  assert.equal((await shotwire(['shot', page, '-o', join(dir, 'x.png')])).code, 4);
});
