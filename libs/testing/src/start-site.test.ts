import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSite } from './start-site.ts';

const get = (url: string) => fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) });

test('the pages of test/site are served, and nothing beside them', async () => {
  await using site = await startSite();
  for (const name of ['plain', 'tall', 'dark']) {
    const answer = await get(`${site.url}/${name}.html`);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /<!doctype html>/);
  }
  assert.equal((await get(`${site.url}/%2e%2e%2fsetup.ts`)).status, 404);
  assert.equal((await get(`${site.url}/nothing.html`)).status, 404);
});

test('what was asked for is counted by path', async () => {
  await using site = await startSite();
  await get(`${site.url}/plain.html?a`);
  await get(`${site.url}/plain.html?b`);
  assert.equal(site.hits('/plain.html'), 2);
  assert.equal(site.hits('/secret.html'), 0);
  assert.deepEqual(site.requests[0], { path: '/plain.html', query: '?a', host: `127.0.0.1:${site.port}` });
});

test('special pages redirect, fail, come late, come in bulk', async () => {
  await using site = await startSite();
  const redirect = await get(`${site.url}/redirect?status=307&to=http://10.0.0.1/`);
  assert.equal(redirect.status, 307);
  assert.equal(redirect.headers.get('location'), 'http://10.0.0.1/');
  assert.equal((await get(`${site.url}/status/503`)).status, 503);
  const started = performance.now();
  assert.equal((await get(`${site.url}/slow?ms=60`)).status, 200);
  assert.ok(performance.now() - started >= 55);
  assert.ok((await (await get(`${site.url}/heavy?mib=2`)).arrayBuffer()).byteLength > 2 * 1024 * 1024);
  assert.match(await (await get(`${site.url}/private-image?src=http://127.0.0.1/%22x`)).text(), /src="http:\/\/127\.0\.0\.1\/&quot;x"/);
});

test('a page that hangs does not keep the site from closing', async () => {
  const site = await startSite({ host: '127.0.0.2' });
  const answer = assert.rejects(get(`${site.url}/hang`));
  while (site.hits('/hang') === 0) await new Promise(setImmediate);
  await site[Symbol.asyncDispose]();
  await answer;
});
