import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Site, startSite } from '@shotwire/testing';
import { openReporter } from './report.fixture.ts';

let site: Site;
let reporter: Awaited<ReturnType<typeof openReporter>>;

before(async () => {
  site = await startSite();
  reporter = await openReporter();
});
after(async () => {
  await reporter[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

test('a blank page is tried twice, and the timeline has both attempts', async () => {
  const { report, events, findings } = await reporter.capture({ html: '<title>Nothing</title>' }, { timeout: 10 });
  assert.deepEqual([report.verdicts.blank, findings?.blank], [{ verdict: true, share: 1, colours: 1 }, true]);
  assert.deepEqual(report.attempts, [
    { strategy: 'plain', blank: true, challenge: false, error: null },
    { strategy: 'patient', blank: true, challenge: false, error: null },
  ]);
  const begun = events.indexOf('second_attempt');
  for (const half of [events.slice(0, begun), events.slice(begun + 1)]) {
    assert.deepEqual([half.includes('navigation'), half.includes('encoded')], [true, true]);
  }
  const times = report.timeline.map(({ atMs }: { atMs: number }) => atMs);
  assert.deepEqual(
    times.slice(0, begun + 1),
    times.slice(0, begun + 1).toSorted((a: number, b: number) => a - b),
  );
});

test('a bot wall that lets us pass at the second attempt is told as one that was passed', async () => {
  await using wall = await openWall(['Please verify you are a human', 'Shoes and hats']);
  const { report, findings } = await reporter.capture({ url: wall.url }, { timeout: 8 });
  assert.deepEqual(
    [report.verdicts.challenge, report.page.title, findings?.challenge],
    [{ verdict: false, by: null }, 'Shoes and hats', false],
  );
  assert.deepEqual(
    report.attempts.map(({ challenge }: { challenge: boolean }) => challenge),
    [true, false],
  );
});

test('a wall that stays completes with its verdict', async () => {
  const { report, findings } = await reporter.capture(
    { html: '<title>Wall</title><h1>Please verify you are a human</h1>' },
    { timeout: 8 },
  );
  assert.deepEqual([report.verdicts.challenge, findings?.challenge], [{ verdict: true, by: 'words' }, true]);
  assert.deepEqual(
    report.attempts.map(({ challenge }: { challenge: boolean }) => challenge),
    [true, true],
  );
});

test('a second attempt that fails is told with its failure, and the first is kept', async () => {
  await using wall = await openWall(['Please verify you are a human']);
  const { report, events, failed } = await reporter.capture({ url: wall.url }, { timeout: 8, failOnStatus: ['503'] });
  assert.equal(failed, undefined);
  assert.deepEqual(report.attempts, [
    { strategy: 'plain', blank: false, challenge: true, error: null },
    { strategy: 'patient', blank: null, challenge: false, error: 'STATUS_REFUSED' },
  ]);
  assert.deepEqual([report.page.status, report.verdicts.challenge.verdict], [200, true]);
  assert.deepEqual(
    events.slice(events.indexOf('second_attempt')).filter((event) => ['navigation', 'picture'].includes(event)),
    ['navigation'],
  );
});

test('a page that was refused is described all the same, and what nobody looked at is null', async () => {
  const { report, failed } = await reporter.capture({ url: `${site.url}/status/404` }, { failOnStatus: ['404'] });
  assert.equal(failed, 'status_refused');
  assert.deepEqual([report.page.title, report.page.status], ['404', 404]);
  assert.deepEqual(report.verdicts, { blank: null, challenge: { verdict: false, by: null }, error_page: true, banner_removed: false });
  assert.deepEqual(report.attempts, [{ strategy: 'plain', blank: null, challenge: false, error: 'STATUS_REFUSED' }]);
  assert.equal(report.picture, null);
});

test('a page that was refused and does not answer any more is not waited for', async () => {
  const began = performance.now();
  const { report, failed } = await reporter.capture(
    { url: `${site.url}/plain.html` },
    { js: 'setTimeout(() => { for (;;); })', failOnStatus: ['200'] },
  );
  assert.deepEqual([failed, report.page.status, report.page.title], ['status_refused', 200, undefined]);
  assert.deepEqual([report.verdicts.challenge, report.verdicts.error_page], [null, false]);
  assert.ok(performance.now() - began < 6_000);
});

test('of a page that was never reached nothing is claimed', async () => {
  for (const url of ['http://10.0.0.1/', 'https://10.0.0.1/']) {
    const { report, failed } = await reporter.capture({ url });
    assert.equal(failed, 'blocked_url');
    assert.deepEqual(report.verdicts, { blank: null, challenge: null, error_page: null, banner_removed: null });
    assert.deepEqual([report.page.status, report.page.title], [null, undefined]);
    assert.deepEqual(report.failed, [{ url, error: 'blocked' }]);
  }
});

/** A site that shows each visitor the next of its pages, and from then on that it is overloaded. */
async function openWall(pages: string[]) {
  const server = createServer(({ url }, response) => {
    const text = url === '/' ? pages.shift() : '';
    const page = `<!doctype html><title>${text}</title><link rel="icon" href="data:,"><h1>${text}</h1>`;
    response.writeHead(text === undefined ? 503 : 200, { 'content-type': 'text/html' }).end(page);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
