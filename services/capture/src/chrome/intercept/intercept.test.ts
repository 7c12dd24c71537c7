import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { openDenyAllProxy } from '@shotwire/egress';
import { type Site, startSite } from '@shotwire/testing';
import { type Chrome, launch } from '../browser/launch.ts';
import { intercept } from './intercept.ts';
import type { Interceptor } from './interceptor.ts';

let site: Site;
let chrome: Chrome;
let direct: { proxyServer: string; proxyBypassList: string[] };
const house = new AsyncDisposableStack();

before(async () => {
  site = house.use(await startSite());
  const denyAll = house.use(await openDenyAllProxy());
  direct = { proxyServer: denyAll.url, proxyBypassList: ['127.0.0.1', 'localhost'] };
  const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
  chrome = house.use(await launch({ path, denyAllProxy: denyAll.url, sandbox: process.getuid?.() !== 0 }));
});

after(() => house.disposeAsync());

/** A page whose requests are decided upon by these. */
async function openPage(...interceptors: Interceptor[]) {
  const context = await chrome.browser.createBrowserContext(direct);
  const page = await context.newPage();
  const session = await page.createCDPSession();
  await intercept({ session, interceptors });
  return { page, context, [Symbol.asyncDispose]: () => context.close() };
}

const html = (text: string) => ({ responseCode: 200, body: Buffer.from(text).toString('base64') });

test('what one refuses is not asked of the next, and never leaves', async () => {
  const asked: string[] = [];
  const refusing: Interceptor = { patterns: [{ urlPattern: `${site.url}/block.svg` }], onRequest: () => ({ fail: 'BlockedByClient' }) };
  const watching: Interceptor = {
    patterns: [{ urlPattern: '*' }],
    onRequest: ({ request }) => {
      asked.push(new URL(request.url).pathname);
      return 'pass';
    },
  };
  await using opened = await openPage(refusing, watching);
  await opened.page.goto(`${site.url}/private-image?src=${site.url}/block.svg`);
  assert.deepEqual(asked, ['/private-image']);
  assert.equal(site.hits('/block.svg'), 0);
});

test('an interceptor sees only what fits its own patterns', async () => {
  const types: string[] = [];
  const images: Interceptor = {
    patterns: [{ resourceType: 'Image' }],
    onRequest: ({ resourceType }) => {
      types.push(resourceType);
      return 'pass';
    },
  };
  await using opened = await openPage(images, { patterns: [{}], onRequest: () => 'pass' });
  await opened.page.goto(`${site.url}/private-image?src=${site.url}/block.svg`);
  assert.deepEqual(types, ['Image']);
});

test('changes of two interceptors go out as one request', async (t) => {
  const server = createServer((request, response) => response.end(`${request.method} ${request.headers['x-one']}`)).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const patterns = [{ urlPattern: '*' }];
  await using opened = await openPage(
    { patterns, onRequest: () => ({ change: { headers: [{ name: 'x-one', value: '1' }] } }) },
    { patterns, onRequest: async () => ({ change: { method: 'POST' } }) },
  );
  const response = await opened.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  assert.equal(await response?.text(), 'POST 1');
});

test('a request can be fulfilled without a server', async () => {
  const patterns = [{ urlPattern: 'http://nowhere.invalid/*' }];
  await using opened = await openPage({ patterns, onRequest: () => ({ fulfil: html('<p id="ours">ours') }) });
  await opened.page.goto('http://nowhere.invalid/');
  assert.equal(await opened.page.$eval('#ours', (element) => element.textContent), 'ours');
});

test('a challenge is answered by the first that knows, and without one the 401 is a page', async (t) => {
  const server = createServer((request, response) => {
    const known = request.headers.authorization === `Basic ${Buffer.from('me:secret').toString('base64')}`;
    response.writeHead(known ? 200 : 401, known ? {} : { 'www-authenticate': 'Basic realm="here"' }).end();
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const patterns = [{ urlPattern: '*' }];
  const knowing: Interceptor = {
    patterns,
    onRequest: () => 'pass',
    onAuth: () => ({ response: 'ProvideCredentials', username: 'me', password: 'secret' }),
  };
  await using known = await openPage({ patterns, onRequest: () => 'pass', onAuth: () => undefined }, knowing);
  assert.equal((await known.page.goto(url))?.status(), 200);
  await using unknown = await openPage({ patterns, onRequest: () => 'pass', onAuth: () => undefined });
  assert.equal((await unknown.page.goto(url))?.status(), 401);
});

test('a decision that comes when the page is closed harms nobody', async () => {
  const late = Promise.withResolvers<'pass'>();
  const paused = Promise.withResolvers<void>();
  const { page, context } = await openPage({
    patterns: [{}],
    onRequest: () => {
      paused.resolve();
      return late.promise;
    },
  });
  const going = page.goto(`${site.url}/plain.html`).catch(() => undefined);
  await paused.promise;
  await context.close();
  late.resolve('pass');
  await going;
});

test('a decision that throws refuses its request', async () => {
  const throwing = () => {
    throw new Error('broken');
  };
  await using opened = await openPage({ patterns: [{}], onRequest: throwing });
  await assert.rejects(opened.page.goto(`${site.url}/plain.html`), /ERR_FAILED/);
});
