import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Method } from '@shotwire/contract';
import { openTestCamera, optionsOf, type SomeOptions } from '../../capture.fixture.ts';
import type { ChromeCamera } from '../open-chrome.ts';

interface Asked {
  method: string;
  path: string;
  token: string | undefined;
  type: string | undefined;
  body: string;
}

let camera: ChromeCamera;
let own: Awaited<ReturnType<typeof startServer>>;
let foreign: Awaited<ReturnType<typeof startServer>>;

before(async () => {
  camera = await openTestCamera();
  own = await startServer();
  foreign = await startServer();
});
after(async () => {
  await camera[Symbol.asyncDispose]();
  own.close();
  foreign.close();
});

/** A page of one colour is tried twice. */
const notBlank = '<h1>Not blank</h1>';

/** A server that notes what it is asked. /go?to= redirects; /embed?src= shows a picture; /locked wants to know who asks. */
async function startServer() {
  const asked: Asked[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://server');
    const token = request.headers['x-token'] ?? request.headers.authorization;
    const body = (await Array.fromAsync(request)).join('');
    asked.push({ method: request.method ?? '', path, token: token as string | undefined, type: request.headers['content-type'], body });
    if (path === '/go')
      return void response.writeHead(Number(searchParams.get('status') ?? 302), { location: searchParams.get('to') ?? '/' }).end();
    if (path === '/locked' && !request.headers.authorization) {
      return void response.writeHead(401, { 'content-type': 'text/html', 'www-authenticate': 'Basic realm="here"' }).end(notBlank);
    }
    response.writeHead(200, { 'content-type': 'text/html' }).end(`${notBlank}<img src="${searchParams.get('src') ?? 'data:,'}">`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, asked, close };
}

/** What the two servers were asked by one capture. */
async function askedBy(path: string, options: SomeOptions) {
  const before = [own.asked.length, foreign.asked.length] as const;
  const order = { id: 'test', accountId: 'acme', url: own.url + path, options: optionsOf(options) };
  await camera.shoot(order, AbortSignal.timeout(30_000));
  return { own: own.asked.slice(before[0]), foreign: foreign.asked.slice(before[1]) };
}

const tokens = (asked: readonly Asked[], path: string) => asked.filter((one) => one.path === path).map(({ token }) => token);
const headers = { 'X-Token': 'secret' };
const query = encodeURIComponent;

test("headers go to the page's own origin, with its document and with what it embeds", async () => {
  const asked = await askedBy('/embed?src=/picture', { headers });
  assert.deepEqual(tokens(asked.own, '/embed'), ['secret']);
  assert.deepEqual(tokens(asked.own, '/picture'), ['secret']);
});

test('headers go along with a redirect of the same origin', async () => {
  assert.deepEqual(tokens((await askedBy('/go?to=/there', { headers })).own, '/there'), ['secret']);
});

test('headers reach no third party: not embedded, not by a redirect, not on the way back, not from a page that is elsewhere', async () => {
  const embedded = await askedBy(`/embed?src=${query(`${foreign.url}/picture`)}`, { headers });
  assert.deepEqual(tokens(embedded.foreign, '/picture'), [undefined]);
  const away = await askedBy(`/go?to=${query(`${foreign.url}/embed?src=${query(`${own.url}/picture`)}`)}`, { headers });
  assert.deepEqual(tokens(away.foreign, '/embed'), [undefined]);
  assert.deepEqual(tokens(away.own, '/picture'), [undefined]);
  const back = await askedBy(`/go?to=${query(`${foreign.url}/go?to=${query(`${own.url}/back`)}`)}`, { headers });
  assert.deepEqual(tokens(back.own, '/back'), [undefined]);
  const picture = await askedBy(`/embed?src=${query(`/go?to=${query(`${foreign.url}/picture`)}`)}`, { headers });
  assert.deepEqual(tokens(picture.foreign, '/picture'), [undefined]);
});

test('credentials answer the own server, once; a foreign one never', async () => {
  const basicAuth = { username: 'ada', password: 'secret' };
  const sent = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
  assert.deepEqual(tokens((await askedBy('/locked', { basicAuth })).own, '/locked'), [undefined, sent]);
  assert.deepEqual(tokens((await askedBy('/locked', {})).own, '/locked'), [undefined]);
  const embedded = await askedBy(`/embed?src=${query(`${foreign.url}/locked`)}`, { basicAuth });
  assert.deepEqual(tokens(embedded.foreign, '/locked'), [undefined]);
});

test('method and body are those of the first request alone', async () => {
  const { own: asked } = await askedBy('/embed?src=/picture', { method: Method.POST, body: 'a=1&b=2' });
  const [first, second] = asked;
  assert.deepEqual([first?.method, first?.body, first?.type], ['POST', 'a=1&b=2', 'application/x-www-form-urlencoded']);
  assert.deepEqual([second?.method, second?.path, second?.body], ['GET', '/picture', '']);
  const json = await askedBy('/', { method: Method.PUT, body: '{"a":"é"}', headers: { 'content-type': 'application/json' } });
  assert.deepEqual(json.own[0], { method: 'PUT', path: '/', token: undefined, type: 'application/json', body: '{"a":"é"}' });
  const patch = await askedBy('/', { method: Method.PATCH, body: 'a=1' });
  assert.deepEqual([patch.own[0]?.method, patch.own[0]?.body], ['PATCH', 'a=1']);
});
