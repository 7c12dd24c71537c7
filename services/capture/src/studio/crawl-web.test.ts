import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { createGuard, createResolver, parseAllowEntry } from '@shotwire/egress';
import { listen } from '@shotwire/testing';
import { openTestCamera } from '../capture.fixture.ts';
import type { ChromeCamera } from '../chrome/open-chrome.ts';
import { rowsOf } from '../intake/batches.fixture.ts';
import { openIntake } from '../intake/intake.fixture.ts';
import { openRobots } from '../robots/open-robots.ts';
import { beginCrawl, ends } from './crawl.fixture.ts';
import { openTestStudio, stored } from './studio.fixture.ts';

let camera: ChromeCamera;

before(async () => {
  camera = await openTestCamera();
});
after(async () => {
  await camera[Symbol.asyncDispose]();
});

const html: Record<string, string> = {
  '/': '<h1>Home</h1><a href="docs/">Docs</a> <a href="/old">Old</a> <a href="/private/x">Private</a> <a href="/none">None</a> <a href="/file">File</a>',
  '/docs/': '<h1>Docs</h1><a href="a?x=1#top">A</a> <a href="../">Home</a> <a href="http://127.0.0.2/">Elsewhere</a>',
  '/docs/a': '<h1>A</h1><script>document.body.append(Object.assign(document.createElement("a"), { href: "/made" }))</script>',
  '/made': '<h1>Made by a script</h1>',
  '/new': '<h1>New</h1><a href="/new">Itself</a>',
  '/private/x': '<h1>Private</h1>',
};

test('a site is crawled by a real browser: its pages are pictures, robots.txt is asked first and once', async (context) => {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://site');
    asked.push(pathname);
    const page = html[pathname];
    if (pathname === '/robots.txt') response.end('User-agent: *\nDisallow: /private');
    else if (pathname === '/old') response.writeHead(301, { location: '/new' }).end();
    else if (pathname === '/file') response.writeHead(200, { 'content-type': 'application/zip' }).end('PK');
    else response.writeHead(page ? 200 : 404, { 'content-type': 'text/html' }).end(`<!doctype html>${page ?? 'Not found'}`);
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const loopback = parseAllowEntry('127.0.0.0/8') ?? assert.fail();
  await using robots = openRobots({ guard: createGuard({ allow: [loopback], resolver: createResolver({ servers: [] }) }) });
  await using house = await openIntake();
  await using _studio = openTestStudio(house, camera, { robots });

  const crawl = await beginCrawl(house, { startUrl: `${origin}/` }, { common: { options: { failOnStatus: ['404'] } } });
  const { total, completed, failed } = await ends(house, crawl);
  const rows = await rowsOf(house, crawl);
  assert.deepEqual(rows.map(({ url, problem }) => `${url.replace(origin, '')} ${problem?.code ?? ''}`).sort(), [
    '/ ',
    '/docs/ ',
    '/docs/a?x=1 ',
    '/file NOT_A_PAGE',
    '/made ',
    '/none STATUS_REFUSED',
    '/old ',
  ]);
  assert.deepEqual([total, completed, failed], [7, 5, 2]);
  assert.equal(asked[0], '/robots.txt');
  assert.equal(asked.filter((path) => path === '/robots.txt').length, 1);
  assert.ok(!asked.includes('/private/x'));
  assert.equal((await stored(house)).filter((key) => key.endsWith('.png')).length, 5);
});
