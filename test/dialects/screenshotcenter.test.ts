import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { eventually } from '@shotwire/testing';
import { noFfmpeg, probe } from '../../services/capture/src/chrome/film/probe.fixture.ts';
import { openHouse } from '../journeys/house.fixture.ts';

/** A request as their SDKs for JavaScript and Python send it: a GET with the key before all else in its query, true and false as words. */
function asked(base: string, path: string, parameters: Record<string, string | number | boolean | object>): string {
  const query = new URLSearchParams({ key: 'sk_journey' });
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value) && !value.some((one) => typeof one === 'object')) for (const one of value) query.append(name, String(one));
    else query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return `${base}/api/v1${path}?${query}`;
}

test('their SDK makes a screenshot, waits for it and takes all that came of it', async () => {
  await using house = await openHouse();
  const get = (path: string, parameters: Record<string, string | number | boolean | object>) =>
    fetch(asked(house.stack.url, path, parameters), { signal: AbortSignal.timeout(20_000) });
  const data = async (path: string, parameters: Record<string, string | number | boolean | object>) => {
    const answer = await get(path, parameters);
    const body = (await answer.json()) as { success: boolean; data: Record<string, unknown> };
    assert.deepEqual([answer.status, body.success], [200, true], JSON.stringify(body));
    return body.data;
  };

  const wish = {
    url: house.site.url,
    size: 'page',
    html: true,
    pdf: true,
    delay: 0,
    tag: ['a', 'b'],
    steps: [{ command: 'sleep', value: 0.1 }],
  };
  const { id, status } = await data('/screenshot/create', wish);
  assert.deepEqual([typeof id, status], ['number', 'processing']);
  const named = { id: id as number };
  const finished = await eventually(
    async () => {
      const screenshot = await data('/screenshot/info', named);
      assert.equal(screenshot.status, 'finished', JSON.stringify(screenshot.error));
      return screenshot;
    },
    { timeoutMs: 30_000 },
  );
  assert.deepEqual([finished.has_html, finished.has_pdf, finished.has_video, finished.tag], [true, true, false, ['a', 'b']]);

  const whole = await get('/screenshot/thumbnail', named);
  assert.deepEqual([whole.status, whole.headers.get('content-type')], [200, 'image/png']);
  const small = await get('/screenshot/thumbnail', { ...named, width: 100, format: 'webp' });
  assert.deepEqual([small.status, small.headers.get('content-type')], [200, 'image/webp']);
  assert.ok((await small.arrayBuffer()).byteLength < (await whole.arrayBuffer()).byteLength);
  assert.match(await (await get('/screenshot/html', named)).text(), /<html/i);
  assert.equal(Buffer.from(await (await get('/screenshot/pdf', named)).arrayBuffer()).toString('latin1', 0, 5), '%PDF-');
  assert.equal((await get('/screenshot/video', named)).status, 404);
  assert.equal((await fetch(finished.storage_url as string)).status, 200);

  // The native API shows it too.
  assert.equal((await house.get(`/api/v1/screenshots?tag=a`)).status, 200);
  assert.equal(((await data('/screenshot/search', { url: house.site.url })) as unknown as unknown[]).length, 1);
  assert.equal(await data('/screenshot/delete', { ...named, data: 'all' }), null);
  assert.equal((await get('/screenshot/info', named)).status, 404);
});

test('a country without an exit, a URL of a megabyte and an app of nobody are refused', async () => {
  await using house = await openHouse();
  const ask = (parameters: Record<string, string>) => fetch(asked(house.stack.url, '/screenshot/create', parameters));
  const country = await ask({ url: house.site.url, country: 'us' });
  assert.equal(country.status, 422);
  assert.match(((await country.json()) as { fields: { country: string[] } }).fields.country[0] ?? '', /PROXY_US/);
  assert.equal((await ask({ url: `https://example.com/${'a'.repeat(1_000_000)}` })).status, 431);
  const app = await ask({ url: house.site.url, apps: '11111111-1111-4111-8111-111111111111' });
  assert.deepEqual([app.status, Object.keys(((await app.json()) as { fields: object }).fields)], [422, ['apps']]);
});

test('a video is recorded beside the picture, and taken by its own call', { skip: noFfmpeg }, async () => {
  await using house = await openHouse();
  const get = (path: string, parameters: Record<string, string | number | boolean>) => fetch(asked(house.stack.url, path, parameters));
  const wish = { url: `${house.site.url}/film.html`, delay: 0, video: true, video_format: 'mp4', video_duration: 1, video_quality: 30 };
  const { data } = (await (await get('/screenshot/create', wish)).json()) as { data: { id: number } };
  const named = { id: data.id };
  await eventually(
    async () => {
      const { data: shown } = (await (await get('/screenshot/info', named)).json()) as { data: Record<string, unknown> };
      assert.deepEqual([shown.status, shown.has_video, shown.video_format], ['finished', true, 'mp4'], JSON.stringify(shown.error));
    },
    { timeoutMs: 30_000 },
  );
  const video = await get('/screenshot/video', named);
  assert.deepEqual([video.status, video.headers.get('content-type')], [200, 'video/mp4']);
  const { codec, duration } = await probe(Buffer.from(await video.arrayBuffer()));
  assert.equal(codec, 'h264');
  assert.ok(Math.abs(duration - 1) < 0.1, String(duration));
});

test('their SDK uploads a list of URLs, and takes a ZIP of what came of it; a crawl goes on from its page', async () => {
  await using house = await openHouse({ env: { PROXY_US: 'direct' } });
  const base = `${house.stack.url}/api/v1`;
  const form = new FormData();
  form.set('file', new Blob([`${house.site.url}/plain.html\n${house.site.url}/plain.html?2\n`], { type: 'text/plain' }), 'urls.txt');
  form.set('country', 'us');
  form.set('key', 'sk_journey');
  const dataOf = async (answer: Response) => {
    const { success, data } = (await answer.json()) as { success: boolean; data: Record<string, unknown> };
    assert.deepEqual([answer.status, success], [200, true]);
    return data;
  };
  const { id } = await dataOf(await fetch(`${base}/batch/create?key=sk_journey`, { method: 'POST', body: form }));
  const batch = await eventually(
    async () => {
      const now = await dataOf(await fetch(asked(house.stack.url, '/batch/info', { id: id as number })));
      assert.equal(now.status, 'finished');
      return now;
    },
    { timeoutMs: 60_000 },
  );
  assert.deepEqual([batch.count, batch.processed, batch.failed], [2, 2, 0]);
  const zip = await fetch(asked(house.stack.url, '/batch/download', { id: id as number }));
  assert.deepEqual([zip.status, Buffer.from(await zip.arrayBuffer()).toString('latin1', 0, 2)], [200, 'PK']);

  const json = { 'x-api-key': 'sk_journey', 'content-type': 'application/json' };
  const wish = JSON.stringify({ url: `${house.site.url}/plain.html`, max_urls: 2, country: 'us' });
  const crawl = await dataOf(await fetch(`${base}/crawl/create`, { method: 'POST', headers: json, body: wish }));
  await eventually(
    async () => {
      const now = await dataOf(await fetch(asked(house.stack.url, '/crawl/info', { id: crawl.id as number })));
      assert.deepEqual([now.status, (now.screenshots as unknown[]).length > 0], ['finished', true], JSON.stringify(now));
    },
    { timeoutMs: 60_000 },
  );
});

test('their own SDK for Python works unchanged', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'screenshotcenter-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const python = promisify(execFile).bind(undefined, 'python3');
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', folder, 'screenshotcenter==1.1.1'];
  const missing = await python(install, { timeout: 60_000 }).then(
    () => undefined,
    (thrown: Error) => thrown.message.slice(0, 300),
  );
  if (missing !== undefined) return t.skip(`their SDK could not be installed: ${missing}`);
  await using house = await openHouse({ env: { PROXY_US: 'direct' } });
  const asking = [`${import.meta.dirname}/screenshotcenter_sdk.py`, house.stack.url, house.site.url];
  const { stdout } = await python(asking, { env: { PATH: process.env.PATH ?? '', PYTHONPATH: folder }, timeout: 120_000 });
  assert.equal(stdout, 'done\n');
});
