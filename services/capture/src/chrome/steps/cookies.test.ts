import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { SameSite } from '@shotwire/contract';
import { startDnsServer } from '@shotwire/egress/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../../capture.fixture.ts';
import type { ChromeCamera } from '../open-chrome.ts';
import { readPng } from '../png.fixture.ts';

let camera: ChromeCamera;
let dns: Awaited<ReturnType<typeof startDnsServer>>;
let server: Awaited<ReturnType<typeof startServer>>;

before(async () => {
  dns = await startDnsServer({ 'shop.example': { a: ['127.0.0.1'] } });
  camera = await openTestCamera({ dnsServers: [dns.address] });
  server = await startServer();
});
after(async () => {
  await camera[Symbol.asyncDispose]();
  await dns[Symbol.asyncDispose]();
  server.close();
});

/** A server that notes which cookies come with a path. /go?to= redirects; anything else shows the picture at ?src=. */
async function startServer() {
  const cookies = new Map<string, string | undefined>();
  const listening = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
    cookies.set(pathname, request.headers.cookie);
    if (pathname === '/go') return void response.writeHead(302, { location: searchParams.get('to') ?? '/' }).end();
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>Not blank</h1><img src="${searchParams.get('src') ?? 'data:,'}">`);
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const close = () => {
    listening.close();
    listening.closeAllConnections();
  };
  return { at: (host: string, path: string) => `http://${host}:${port}${path}`, cookies, close };
}

/** The cookies that came with each path, of a capture that begins at a URL. */
async function cookiesOf(url: string, cookie: NonNullable<SomeOptions['cookies']>[number]) {
  server.cookies.clear();
  await camera.shoot({ id: 'test', accountId: 'acme', url, options: optionsOf({ cookies: [cookie] }) }, AbortSignal.timeout(30_000));
  return Object.fromEntries(server.cookies);
}

const query = encodeURIComponent;
const a = { name: 'a', value: '1' };

test('a cookie is for the host of the page alone, or for a domain above it with all that is below', async () => {
  const url = server.at('www.shop.localhost', `/go?to=${query(server.at('shop.localhost', '/there'))}`);
  assert.deepEqual(await cookiesOf(url, a), { '/go': 'a=1', '/there': undefined });
  assert.deepEqual(await cookiesOf(url, { ...a, domain: 'shop.localhost' }), { '/go': 'a=1', '/there': 'a=1' });
  const down = server.at('shop.localhost', `/go?to=${query(server.at('www.shop.localhost', '/there'))}`);
  assert.deepEqual(await cookiesOf(down, { ...a, domain: 'shop.localhost' }), { '/go': 'a=1', '/there': undefined });
  assert.deepEqual(await cookiesOf(down, { ...a, domain: '.shop.localhost' }), { '/go': 'a=1', '/there': 'a=1' });
});

test('a cookie goes with requests below its path', async () => {
  const url = server.at('127.0.0.1', '/here?src=/cart/picture');
  assert.deepEqual(await cookiesOf(url, { ...a, path: '/cart' }), { '/here': undefined, '/cart/picture': 'a=1' });
});

test('a secure cookie does not go over plain http, but to this machine itself', async () => {
  const secure = { ...a, secure: true };
  assert.deepEqual(await cookiesOf(server.at('shop.example', '/here'), a), { '/here': 'a=1' });
  assert.deepEqual(await cookiesOf(server.at('shop.example', '/here'), secure), { '/here': undefined });
  assert.deepEqual(await cookiesOf(server.at('localhost', '/here'), secure), { '/here': 'a=1' });
});

test('a cookie goes along with requests that a page of another site makes where same_site is none, and not where it is strict', async () => {
  const embedding = server.at('localhost', `/there?src=${query(server.at('127.0.0.1', '/picture'))}`);
  const url = server.at('127.0.0.1', `/go?to=${query(embedding)}`);
  const strict = await cookiesOf(url, { ...a, sameSite: SameSite.STRICT });
  assert.deepEqual([strict['/go'], strict['/picture']], ['a=1', undefined]);
  const none = await cookiesOf(url, { ...a, sameSite: SameSite.NONE, secure: true });
  assert.deepEqual([none['/go'], none['/picture']], ['a=1', 'a=1']);
});

test('a page that came as html finds its cookies', async () => {
  const html = '<h1>Not blank</h1><script>document.body.style.background = document.cookie === "a=1" ? "#00f" : "#f00"</script>';
  const order = { id: 'test', accountId: 'acme', url: '', html, options: optionsOf({ cookies: [a] }) };
  const { artefacts } = await camera.shoot(order, AbortSignal.timeout(30_000));
  assert.equal(readPng(artefacts[0].body).at(700, 300), '#0000ff');
});
