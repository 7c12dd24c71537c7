import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, constants, crc32, deflateSync, gzipSync } from 'node:zlib';
import type { HostilePage } from './page.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const MIB = 1024 * 1024;

/** Sends the same bytes again and again, as fast as they are taken. */
function repeat(response: ServerResponse, bytes: Buffer, times = Number.POSITIVE_INFINITY): void {
  function* all() {
    for (let sent = 0; sent < times; sent += 1) yield bytes;
  }
  Readable.from(all())
    .on('error', () => {})
    .pipe(response);
}

/** A compressed body that is made when it is first asked for. */
function bomb(encoding: 'gzip' | 'br', type: string, bytes: () => Buffer): HostilePage['serve'] {
  const pack = (plain: Buffer) =>
    encoding === 'gzip' ? gzipSync(plain, { level: 1 }) : brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
  let packed: Buffer | undefined;
  return (_request, response) => {
    packed ??= pack(bytes());
    response.writeHead(200, { 'content-type': type, 'content-encoding': encoding }).end(packed);
  };
}

/** A PNG of one colour. */
function png(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)];
    head.writeUInt32BE(data.length);
    tail.writeUInt32BE(crc32(body));
    return Buffer.concat([head, body, tail]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1; // One bit a pixel, grey.
  const pixels = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 1 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

const laughs = (
  declare: (n: number) => string,
) => `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "lol">${Array.from({ length: 12 }, (_, n) => declare(n)).join('')}]>
<svg xmlns="http://www.w3.org/2000/svg"><text y="20">&l12;</text></svg>`;
const billion = laughs((n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`);

/** What servers do. */
export const bodies: Readonly<Record<string, HostilePage>> = {
  'no answer': { ends: ['timeout'], serve: () => {} },
  'half a page': { ends: ['timeout'], serve: (_request, response) => void response.writeHead(200, html).write('<p>The rest') },
  'a page drop by drop': {
    ends: ['timeout'],
    serve: (_request, response) => {
      response.writeHead(200, html).write('<p>');
      const drops = setInterval(() => response.write('x'), 50);
      response.once('close', () => clearInterval(drops));
    },
  },
  'a page without end': {
    ends: ['timeout', 'page_crashed', 'page_overload', 'connection_failed'],
    serve: (_request, response) => repeat(response.writeHead(200, html), Buffer.alloc(65_536, '<p>x')),
  },
  'a text without end': {
    ends: ['timeout', 'page_crashed', 'page_overload', 'connection_failed'],
    serve: (_request, response) => repeat(response.writeHead(200, html), Buffer.alloc(65_536, 'x')),
  },
  'a hundred megabytes of elements': {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: (_request, response) => repeat(response.writeHead(200, html), Buffer.alloc(MIB, '<p>x</p>'), 100),
  },
  'headers without end': {
    ends: ['timeout', 'connection_failed'],
    serve: (_request, response) => {
      const { socket } = response;
      socket?.write('HTTP/1.1 200 OK\r\n');
      const more = setInterval(() => socket?.write(`x-${Math.random()}: ${'x'.repeat(4_000)}\r\n`), 5);
      socket?.once('close', () => clearInterval(more));
    },
  },
  'a length that never comes': {
    ends: ['timeout'],
    serve: (_request, response) => void response.writeHead(200, { ...html, 'content-length': '10000000000' }).write('<p>x'),
  },
  'redirects without end': {
    ends: ['too_many_redirects'],
    serve: (request, response) =>
      void response.writeHead(302, { location: `?${(request.url ?? '').length}${'x'.repeat((request.url ?? '').length % 50)}` }).end(),
  },
  'a question for a password': {
    ends: ['picture'],
    serve: (_request, response) => void response.writeHead(401, { ...html, 'www-authenticate': 'Basic realm="x"' }).end('<p>Who?'),
  },
  'a download': {
    ends: ['not_a_page'],
    serve: (_request, response) =>
      void response.writeHead(200, { 'content-type': 'application/zip', 'content-disposition': 'attachment' }).end('x'),
  },
  'a gzip bomb': { ends: ['picture', 'timeout', 'page_crashed'], serve: bomb('gzip', 'text/html', () => Buffer.alloc(200 * MIB, ' ')) },
  'a gzip bomb of elements': {
    ends: ['picture', 'timeout', 'page_crashed'],
    serve: bomb('gzip', 'text/html', () => Buffer.alloc(100 * MIB, '<b>x</b>')),
  },
  'a brotli bomb': {
    ends: ['picture', 'timeout', 'page_crashed', 'not_a_page', 'connection_failed'],
    serve: bomb('br', 'text/html', () => Buffer.alloc(200 * MIB, ' ')),
  },
  'a gzip bomb for a script': { ends: ['picture', 'timeout', 'page_crashed'], serve: '<script src="/bomb.js"></script>' },
  'an image bomb': { ends: ['picture', 'timeout', 'page_crashed'], serve: '<img src="/bomb.png"><img src="/bomb.png?2" width="100">' },
  'an image without end': { ends: ['timeout'], serve: '<img src="/endless.png">' },
  'style sheets without end': { ends: ['timeout', 'page_overload'], serve: '<link rel="stylesheet" href="/import.css?0">' },
  'a font of megabytes': {
    ends: ['picture', 'timeout'],
    serve: '<style>@font-face { font-family: f; src: url(/font.ttf); }</style><p style="font-family:f">x',
  },
  'an image in thirty megabytes of text': {
    ends: ['picture', 'timeout'],
    serve: (_request, response) => void response.writeHead(200, html).end(`<img src="data:image/svg+xml,${'%20'.repeat(10 * MIB)}">`),
  },
  'a billion laughs': {
    ends: ['picture', 'timeout'],
    serve: (_request, response) => void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(billion),
  },
  'a billion laughs in an image': { ends: ['picture', 'timeout'], serve: '<img src="/laughs.svg">' },
};

/** What the pages ask for. */
export const parts: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/plain': (response) => void response.writeHead(200, html).end('<!doctype html><body style="margin:0;background:#ff0000">'),
  '/empty': (response) => void response.writeHead(404).end(),
  '/download': (response) =>
    void response.writeHead(200, { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename="x.zip"' }).end('x'),
  '/sw.js': (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/javascript' })
      .end(
        'oninstall = () => skipWaiting(); onactivate = (event) => event.waitUntil(clients.claim()); onfetch = (event) => event.respondWith(new Promise(() => {}));',
      ),
  '/bomb.js': (response) =>
    (bomb('gzip', 'text/javascript', () => Buffer.alloc(200 * MIB, 'a=1;')) as (request: unknown, response: ServerResponse) => void)(
      undefined,
      response,
    ),
  '/bomb.png': (response) => void response.writeHead(200, { 'content-type': 'image/png' }).end(png(30_000, 30_000)),
  '/endless.png': (response) => void response.writeHead(200, { 'content-type': 'image/png' }).write(png(1_000, 1_000).subarray(0, 60)),
  '/import.css': (response) => void response.writeHead(200, { 'content-type': 'text/css' }).end(`@import "/import.css?${Math.random()}";`),
  '/font.ttf': (response) => void response.writeHead(200, { 'content-type': 'font/ttf' }).end(Buffer.alloc(30 * MIB, '\0\x01\0\0')),
  '/laughs.svg': (response) => void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(billion),
};
