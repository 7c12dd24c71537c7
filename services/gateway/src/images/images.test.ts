import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';

type Gateway = Awaited<ReturnType<typeof openGateway>>;

const inAnHour = () => Date.now() / 1000 + 3_600;

/** The path and query of a link, without what PUBLIC_URL adds for those outside. */
function linkTo({ links }: Gateway, screenshotId: string, { accountId = 'one', expiresAt = inAnHour() } = {}): string {
  return links.imageUrl({ accountId, screenshotId, mimeType: 'image/png', expiresAt }).replace('https://shots.example/base', '');
}

const noKey = { key: undefined };

test('who holds a link gets the image without a key, as the one who has a key gets it', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  const link = linkTo(gateway, id);
  const byKey = await gateway.ask('GET', `/api/v1/screenshots/${id}/image`);
  const byLink = await gateway.ask('GET', link, noKey);
  assert.deepEqual([byLink.status, byLink.bytes.toString()], [200, 'picture']);
  for (const name of ['content-type', 'content-length', 'etag', 'cache-control', 'x-content-type-options'])
    assert.equal(byLink.headers[name], byKey.headers[name], name);
  const head = await gateway.ask('HEAD', link, noKey);
  assert.deepEqual([head.status, head.bytes.length, head.headers['content-length']], [200, 0, '7']);
  assert.equal((await gateway.ask('GET', link, { ...noKey, headers: { 'if-none-match': `"${id}"` } })).status, 304);
});

test('a link that was changed, or whose time is over, is 403, whether or not there is such an image', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  const link = linkTo(gateway, id);
  const refused = [
    link.replace('/one/', '/two/'),
    link.replace(id, id.replace(/.$/, 'f')),
    link.replace(/expires=\d+/, `expires=${Math.floor(inAnHour()) + 60}`),
    link.replace(/signature=../, 'signature=AA'),
    link.replace(/&signature=.*/, ''),
    link.replace(/\?.*/, ''),
    `${link}&expires=1`,
    link.replace('/one/', '/%00/'),
    linkTo(gateway, id, { expiresAt: Date.now() / 1000 - 1 }),
    linkTo(gateway, 'nothing').replace(/signature=../, 'signature=AA'),
  ];
  for (const url of refused) {
    const { status, json } = await gateway.ask('GET', url, { key: 'key-one' });
    assert.deepEqual([status, json.error.code], [403, 'LINK_REFUSED'], url);
  }
  assert.equal((await gateway.ask('HEAD', refused[0] ?? '', noKey)).status, 403);
  assert.equal(gateway.intake.contexts.length, 1, 'capture is not asked about them');
});

test('a link to what is not there says so, as the image itself would', async () => {
  await using gateway = await openGateway();
  const pending = await gateway.make();
  const expired = await gateway.make();
  await gateway.complete(expired.id, Buffer.from('picture'), { expiresMs: Date.now() - 1 });
  const deleted = await gateway.make();
  await gateway.ask('DELETE', `/api/v1/screenshots/${deleted.id}`);
  const codes = [];
  for (const { id } of [pending, expired, deleted]) codes.push((await gateway.ask('GET', linkTo(gateway, id), noKey)).json.error.code);
  assert.deepEqual(codes, ['NOT_READY', 'EXPIRED', 'NOT_FOUND']);
});

test('a link opens the images of its account alone', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  assert.equal((await gateway.ask('GET', linkTo(gateway, id, { accountId: 'two' }), noKey)).status, 404);
});

test('a link is for reading, and its signature is in no log', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  const link = linkTo(gateway, id);
  const { status, headers } = await gateway.ask('POST', link, noKey);
  assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
  await gateway.ask('GET', link, noKey);
  await gateway.ask('GET', link.replace('expires=1', 'expires=2'), noKey);
  const seen = gateway.lines.filter(({ route }) => route === '/images/:account/:id.:ext');
  assert.deepEqual(
    seen.map(({ status, account }) => [status, account]),
    [
      [405, undefined],
      [200, 'one'],
      [403, undefined],
    ],
  );
  assert.doesNotMatch(JSON.stringify(gateway.lines), /signature/);
});
