import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../journeys/house.fixture.ts';

test('a new link that a hundred open at once costs one capture, by HEAD too, and what was changed of it costs none', async () => {
  await using house = await openHouse();
  const { url: base, apiKey } = house.stack;
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ url: `${house.site.url}/plain.html`, width: 640, height: 480 });
  const made = (await (await fetch(`${base}/api/v1/links`, { method: 'POST', headers, body })).json()) as { url: string };
  const link = `${base}${new URL(made.url).pathname}`;
  const countOf = async () =>
    ((await (await fetch(`${base}/api/v1/screenshots?limit=100`, { headers })).json()) as { data: unknown[] }).data.length;
  for (const changed of [
    link.replace('/default/', '/other/'),
    `${link}x/..`,
    link.replace('.png', '.%2e%2e'),
    `${link}${'A'.repeat(9_000)}`,
  ]) {
    const answer = await fetch(changed);
    assert.ok([403, 404, 414].includes(answer.status), `${answer.status} ${changed.slice(0, 200)}`);
  }
  assert.equal(await countOf(), 0);
  const opened = await Promise.all(Array.from({ length: 100 }, (_, n) => fetch(link, { method: n % 10 === 0 ? 'HEAD' : 'GET' })));
  for (const answer of opened) {
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'image/png']);
    await answer.arrayBuffer();
  }
  assert.equal(await countOf(), 1);
  const etag = opened[0]?.headers.get('etag') ?? '';
  assert.equal((await fetch(link, { headers: { 'if-none-match': etag } })).status, 304);
});
