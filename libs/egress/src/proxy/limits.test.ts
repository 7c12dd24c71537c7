import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { test } from 'node:test';
import type { EgressLimits } from '../index.ts';
import { listen } from '../testing/listen.ts';
import { openTestProxy, textOf } from '../testing/open-test-proxy.ts';

type Door = Awaited<ReturnType<typeof openTestProxy>>;
interface Passing {
  limits: Partial<EgressLimits>;
  /** Passes the limit: with the bystanders' one request, one tunnel and two connections already counted. */
  pass(door: Door, site: string, sink: string): void;
}

const endless = (path: string) => (door: Door, site: string) =>
  door.open().write(`GET http://${site}${path} HTTP/1.1\r\nHost: ${site}\r\n\r\n`);

const ways: Record<string, Passing> = {
  'an endless body': { limits: { maxBytes: 100_000 }, pass: endless('/endless') },
  'a body that drips': { limits: { maxBytes: 10 }, pass: endless('/drip') },
  'an upload': {
    limits: { maxBytes: 100_000 },
    pass: (door, site) =>
      door.open().write(`POST http://${site}/ HTTP/1.1\r\nHost: ${site}\r\nContent-Length: 9999999\r\n\r\n${'x'.repeat(200_000)}`),
  },
  'bytes up a tunnel': {
    limits: { maxBytes: 100_000 },
    pass: (door, _site, sink) => door.open().write(`CONNECT ${sink} HTTP/1.1\r\nHost: ${sink}\r\n\r\n${'x'.repeat(200_000)}`),
  },
  'bytes down a tunnel': {
    limits: { maxBytes: 100_000 },
    pass: (door, site) =>
      door.open().write(`CONNECT ${site} HTTP/1.1\r\nHost: ${site}\r\n\r\nGET /endless HTTP/1.1\r\nHost: ${site}\r\n\r\n`),
  },
  'one request more': { limits: { maxRequests: 2 }, pass: endless('/') },
  'one tunnel more': {
    limits: { maxRequests: 2 },
    pass: (door, _site, sink) => door.open().write(`CONNECT ${sink} HTTP/1.1\r\nHost: ${sink}\r\n\r\n`),
  },
  'one connection more, for a request': { limits: { maxConnections: 2 }, pass: endless('/') },
  'one connection more, for a tunnel': {
    limits: { maxConnections: 2 },
    pass: (door, _site, sink) => door.open().write(`CONNECT ${sink} HTTP/1.1\r\nHost: ${sink}\r\n\r\n`),
  },
};

for (const [name, { limits, pass }] of Object.entries(ways))
  test(`passing a limit by ${name} ends all of the page's traffic at once and names the limit`, async () => {
    const web = createServer((request, response) => {
      request.resume();
      if (request.url === '/drip') {
        const drip = setInterval(() => response.write('.'), 2);
        response.once('close', () => clearInterval(drip));
      }
      if (request.url !== '/endless') return;
      const more = () => {
        while (response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', more);
      more();
    });
    await using site = await listen(web);
    await using sink = await listen(createTcpServer((socket) => void socket.resume()));
    await using door = await openTestProxy({ limits });
    const host = `127.0.0.1:${site.port}`;

    const waiting = door.open();
    waiting.write(`GET http://${host}/waits HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(web, 'request');
    const { socket: tunnel } = await door.tunnel(`127.0.0.1:${sink.port}`);
    const idle = door.open();
    await once(idle, 'connect');
    assert.equal(door.proxy.overLimit(), undefined);

    const ends = [waiting, tunnel, idle].map(textOf);
    pass(door, host, `127.0.0.1:${sink.port}`);
    await Promise.all(ends);
    await Promise.all([...site.sockets, ...sink.sockets].map(closed));
    const [limit] = Object.keys(limits);
    assert.equal(door.proxy.overLimit(), limit);
    assert.deepEqual(
      door.events.filter((event) => event.kind === 'over_limit'),
      [{ kind: 'over_limit', limit }],
    );
    const late = door.open();
    await closed(late);
    assert.equal((late.errored as NodeJS.ErrnoException | null)?.code, 'ECONNREFUSED');
  });

function closed(socket: Socket): Promise<unknown> {
  return socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));
}
