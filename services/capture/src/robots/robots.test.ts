import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { createGuard, createResolver, parseAllowEntry } from '@shotwire/egress';
import { listen } from '@shotwire/testing';
import { noneAllowed } from '../core/robots-rules.ts';
import { openRobots } from './open-robots.ts';

const signal = AbortSignal.timeout(60_000);

/** A site and who asks it. */
async function open(context: TestContext, answer: RequestListener, { timeoutMs = 5_000, allow = ['127.0.0.0/8'] } = {}) {
  const asked: string[] = [];
  const agents = new Set<unknown>();
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    agents.add(request.headers['user-agent']);
    answer(request, response);
  });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  let time = 0;
  const entries = allow.map((entry) => parseAllowEntry(entry) ?? assert.fail(entry));
  const guard = createGuard({ allow: entries, resolver: createResolver({ servers: [] }) });
  const robots = openRobots({ guard, timeoutMs, now: () => time });
  context.after(async () => {
    await robots[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });
  return {
    robots,
    origin,
    asked,
    agents,
    allows: async (path: string) => (await robots.rulesFor(origin, signal)).allows(new URL(path, origin)),
    pass(ms: number) {
      time += ms;
    },
  };
}

test('a site is asked once, by our name, and again after a while', async (context) => {
  const site = await open(context, (_, response) => response.end('User-agent: *\nDisallow: /a'));
  assert.deepEqual(await Promise.all(['/a', '/b', '/a/b'].map(site.allows)), [false, true, false]);
  assert.deepEqual(site.asked, ['/robots.txt']);
  assert.deepEqual([...site.agents], ['Shotwire']);
  site.pass(16 * 60_000);
  await site.allows('/a');
  assert.equal(site.asked.length, 2);
});

test('a file that is not there allows all, and a site that does not answer as it should nothing, for a short while', async (context) => {
  let status = 404;
  const site = await open(context, (_, response) => response.writeHead(status).end('User-agent: *\nDisallow: /'));
  const seen: [number, boolean][] = [];
  for (status of [404, 401, 403, 410, 429, 500, 503]) {
    seen.push([status, await site.allows('/a')]);
    site.pass(16 * 60_000);
  }
  assert.deepEqual(
    seen.filter(([, allowed]) => !allowed).map(([code]) => code),
    [500, 503],
  );
  await site.allows('/a');
  status = 404;
  assert.equal(await site.allows('/a'), false);
  site.pass(31_000);
  assert.equal(await site.allows('/a'), true);
});

test('redirects are followed five times, to http and https alone', async (context) => {
  let times = 5;
  let elsewhere = '';
  const site = await open(context, (request, response) => {
    const n = Number(/^\/r(\d+)$/.exec(request.url ?? '')?.[1] ?? 0);
    if (elsewhere) response.writeHead(302, { location: elsewhere }).end();
    else if (n < times) response.writeHead(301, { location: `/r${n + 1}` }).end();
    else response.end('User-agent: *\nDisallow: /');
  });
  assert.equal(await site.allows('/a'), false);
  assert.equal(site.asked.at(-1), '/r5');
  times = 1_000;
  site.pass(3_600_000);
  assert.equal(await site.allows('/a'), true);
  assert.equal(site.asked.length, 6 + 6);
  for (elsewhere of ['file:///etc/passwd', 'http://[', 'javascript:1']) {
    site.pass(3_600_000);
    assert.equal(await site.allows('/a'), true, elsewhere);
  }
});

test('what may not be called is not, also after a redirect', async (context) => {
  let inside = 0;
  const server = createServer((_, response) => {
    inside += 1;
    response.end('User-agent: *\nAllow: /');
  });
  const port = await listen(server);
  context.after(() => server.close());
  const site = await open(context, (_, response) => response.writeHead(302, { location: `http://127.0.0.2:${port}/robots.txt` }).end(), {
    allow: ['127.0.0.1/32'],
  });
  assert.equal(await site.robots.rulesFor(site.origin, signal), noneAllowed);
  assert.equal(await site.robots.rulesFor(`http://127.0.0.2:${port}`, signal), noneAllowed);
  assert.equal(inside, 0);
});

test('of a file without end the beginning is read, up to the last whole line', async (context) => {
  let sent = 0;
  const line = 'Disallow: /private-and-long\n';
  const site = await open(context, async (_, response) => {
    response.on('error', () => undefined);
    response.write(`User-agent: *\nDisallow: /first\n${'#'.repeat(512 * 1024 - 31 - 40)}\nAllow: /x\nDisallow: /cut-in-the-middle-of-it\n`);
    while (!response.destroyed && sent < 64 * 1024 * 1024) {
      sent += 8_000 * line.length;
      if (!response.write(line.repeat(8_000))) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  });
  assert.deepEqual(await Promise.all(['/first', '/cut', '/cut-in-the-middle-of-it', '/'].map(site.allows)), [false, true, true, true]);
  assert.ok(sent < 32 * 1024 * 1024, `${sent}`);
});

test('a site that never ends its answer, or never begins it, is unreachable in time', async (context) => {
  for (const begin of [true, false]) {
    const site = await open(context, (_, response) => void (begin && response.write('User-agent: *\n')), { timeoutMs: 300 });
    assert.equal(await site.robots.rulesFor(site.origin, signal), noneAllowed);
  }
});

test('whoever stops waiting ends it for nobody else', async (context) => {
  const release = Promise.withResolvers<void>();
  const site = await open(context, async (_, response) => {
    await release.promise;
    response.end('User-agent: *\nDisallow: /a');
  });
  const leaving = new AbortController();
  const left = site.robots.rulesFor(site.origin, leaving.signal);
  const stayed = site.allows('/b');
  leaving.abort(new Error('left'));
  await assert.rejects(left, /left/);
  release.resolve();
  assert.equal(await stayed, true);
  assert.equal(site.asked.length, 1);
});
