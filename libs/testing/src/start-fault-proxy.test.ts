import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { listen } from './listen.ts';
import { startFaultProxy } from './start-fault-proxy.ts';
import { startReceiver } from './start-receiver.ts';
import { startSite } from './start-site.ts';

function get(url: string, timeoutMs = 5000): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => resolve(text(response)));
    sent.on('error', reject).end();
  });
}

test('bytes pass in both directions, also many', async () => {
  await using site = await startSite();
  await using proxy = await startFaultProxy({ target: site });
  assert.ok((await get(`http://${proxy.url}/heavy?mib=8`)).length > 8 * 1024 * 1024);
});

test('while it is paused nothing passes; what waited passes on resume', async () => {
  await using site = await startSite();
  await using proxy = await startFaultProxy({ target: site });
  proxy.pause();
  await assert.rejects(get(`http://${proxy.url}/plain.html`, 100), { name: 'AbortError' });
  assert.equal(site.hits('/plain.html'), 0);
  const waiting = get(`http://${proxy.url}/tall.html`);
  proxy.resume();
  assert.match(await waiting, /Tall/);
});

test('cut resets what is open and lets new connections in', async () => {
  await using receiver = await startReceiver({ script: [() => ({ status: 200, hang: true }), 200] });
  await using proxy = await startFaultProxy({ target: receiver });
  const open = assert.rejects(get(`http://${proxy.url}/`), { code: 'ECONNRESET' });
  await receiver.until((requests) => requests.length === 1);
  proxy.cut();
  await open;
  await get(`http://${proxy.url}/`);
});

test('latency delays both ways', async () => {
  await using site = await startSite();
  await using proxy = await startFaultProxy({ target: site });
  proxy.latency(50);
  const started = performance.now();
  await get(`http://${proxy.url}/plain.html`);
  assert.ok(performance.now() - started >= 95);
});

test('a target that is not there resets the connection', async () => {
  await using site = await startSite();
  await using proxy = await startFaultProxy({ target: site });
  await site[Symbol.asyncDispose]();
  await assert.rejects(get(`http://${proxy.url}/`));
});

test('the end of one direction leaves the other one open', async () => {
  await using echo = await startEchoAtEnd();
  await using proxy = await startFaultProxy({ target: echo });
  const socket = connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true });
  socket.end('hello');
  assert.equal(await text(socket), 'hello');
});

/** A server that says what it heard once the other side has ended. */
async function startEchoAtEnd() {
  const server = createServer({ allowHalfOpen: true }, async (socket) => socket.end(await text(socket)));
  const port = await listen(server);
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
}
