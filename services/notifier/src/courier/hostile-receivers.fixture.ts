import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';

/** What came in over one connection, in the order in which it came. */
export interface Heard {
  /** The head as it came. */
  head: string;
  body: Buffer;
  /** The number of the request on its connection, from 1. */
  nth: number;
}

/** What a receiver does when a request is complete. */
export type Behaviour = (socket: Socket, heard: Heard) => void;

const says =
  (text: string | Buffer): Behaviour =>
  (socket) =>
    void socket.write(text);
const ends =
  (text: string | Buffer): Behaviour =>
  (socket) =>
    void socket.end(text);

/** As a receiver should: it keeps the connection. */
export const behaves: Behaviour = says('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine');

/** Writes a head, and then one piece after the other until the connection is gone. */
const drips =
  (head: string, piece: string): Behaviour =>
  (socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(piece), 50);
    socket.once('close', () => clearInterval(timer));
  };

const resets =
  (text: string | Buffer): Behaviour =>
  (socket) =>
    void socket.write(text, () => socket.resetAndDestroy());

/** 20 MB in 20 kB. */
const bomb = gzipSync(Buffer.alloc(20_000_000));

export const statuses = [200, 201, 204, 299, 300, 302, 304, 400, 404, 410, 429, 500, 502, 503, 504] as const;

/** An answer with a status and nothing remarkable about it. */
export const answers = (status: number): Behaviour =>
  says(`HTTP/1.1 ${status} So\r\n${status === 204 || status === 304 ? '\r\n' : 'content-length: 2\r\nlocation: /elsewhere\r\n\r\nno'}`);

/** Everything that a receiver may do to whoever calls it, by name. */
export const misbehaviours = {
  'hangs before headers': () => {},
  'drips headers': drips('HTTP/1.1 200 OK\r\nx-slow: ', 'x'),
  'drips early hints': drips('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  'drips a body': drips('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', '.'),
  'drips chunks': drips('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\n.\r\n'),
  'a huge body': says(`HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n${'x'.repeat(100_000)}`),
  'a huge body of a refusal': says(`HTTP/1.1 500 No\r\ncontent-length: 1000000000\r\n\r\n${'x'.repeat(100_000)}`),
  'a gzip bomb': says(
    Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`), bomb]),
  ),
  'a flood of headers': says(`HTTP/1.1 200 OK\r\n${`x-flood: ${'x'.repeat(1000)}\r\n`.repeat(100)}\r\n`),
  'a reset without a byte': resets(''),
  'an end without a byte': ends(''),
  'a reset within the head': resets('HTTP/1.1 200 O'),
  'an end within the head': ends('HTTP/1.1 200 OK\r\ncontent-le'),
  'a reset within the body': resets('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nthe begin'),
  'an end within the body': ends('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nthe begin'),
  'an end within the chunks': ends('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\nthe begin'),
  'a half-close after the answer': ends('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine'),
  'an answer that ends with its connection': ends('HTTP/1.1 200 OK\r\n\r\nfine'),
  'HTTP/1.0': ends('HTTP/1.0 200 OK\r\n\r\nfine'),
  'early hints': says('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine'),
  'another protocol': says('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
  'two answers to one request': says('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfineHTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nno'),
  'two lengths': says('HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nfine'),
  'a length and chunks': says('HTTP/1.1 200 OK\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n'),
  'chunks of no length': says('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfine\r\n\r\n'),
  'invalid UTF-8': says(
    Buffer.from('HTTP/1.1 200 \xff\xfe\r\nx-odd: \xff\xfe\r\nretry-after: \xff\r\ncontent-length: 4\r\n\r\n\xff\xfe\x00\xc3', 'latin1'),
  ),
  'a header with a name that is none': says(Buffer.from('HTTP/1.1 200 OK\r\nx-\xe9: 1\r\ncontent-length: 4\r\n\r\nfine', 'latin1')),
  'a NUL in a header': says('HTTP/1.1 200 OK\r\nx-nul: a\0b\r\ncontent-length: 4\r\n\r\nfine'),
  'another service': says('SSH-2.0-OpenSSH_9.2\r\n'),
} as const satisfies Record<string, Behaviour>;

interface Place {
  host?: string;
  /** Its certificate; it speaks plain HTTP unless given. */
  tls?: { cert: string; key: string };
}

/** A receiver that is told how to behave. It reads whole requests. */
export async function startHostileReceiver(behaviour: Behaviour, { host = '127.0.0.1', tls }: Place = {}) {
  const heard: Heard[] = [];
  const sockets = new Set<Socket>();
  let [behave, connections] = [behaviour, 0];
  const serve = (socket: Socket) => {
    let pending: Buffer = Buffer.alloc(0);
    let nth = 0;
    socket.on('error', () => {}).on('end', () => socket.end());
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      const taken = takeRequest(pending);
      if (!taken) return;
      pending = taken.rest;
      nth += 1;
      const request = { head: taken.head, body: taken.body, nth };
      heard.push(request);
      behave(socket, request);
    });
  };
  // It leaves its own side open when the other ends.
  const options = { allowHalfOpen: true, noDelay: true };
  const server = tls ? createTlsServer({ ...options, ...tls }, serve).on('tlsClientError', () => {}) : createServer(options, serve);
  // Also those whose handshake failed.
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => {}));
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listening(server, host);
  return {
    url: `http://${host}:${port}`,
    port,
    heard,
    /** How many it has taken so far. */
    connections: () => connections,
    behaveAs(next: Behaviour) {
      behave = next;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

async function listening(server: Server, host: string): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function takeRequest(bytes: Buffer): { head: string; body: Buffer; rest: Buffer } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const from = end + 4;
  const to = from + Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  return bytes.length < to ? undefined : { head, body: bytes.subarray(from, to), rest: bytes.subarray(to) };
}
