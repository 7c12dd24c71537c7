import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Format, ResourceType, SelectorMissing, WaitUntil } from '@shotwire/contract';
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

const consentScripts = '<script src="https://cdn.cookielaw.org/a.js"></script><script src="http://cdn.cookielaw.org/b.js"></script>';

test('what the client had blocked is told as blocked, and is no request that failed', async () => {
  const { report, failed } = await reporter.capture({ html: `<h1>Shop</h1>${consentScripts}` }, { failOnRequestFailed: ['*'] });
  assert.equal(failed, undefined);
  assert.deepEqual(report.blocked, {
    entries: [{ url: 'https://cdn.cookielaw.org/', type: 'host', reason: 'cookies' }],
    counts: { cookies: 1 },
  });
  assert.deepEqual(report.failed, []);
  const images = await reporter.capture(
    { url: `${site.url}/private-image?src=/block.svg` },
    { blockResources: [ResourceType.IMAGE], failOnRequestFailed: ['*'] },
  );
  assert.deepEqual([images.report.blocked.counts, images.report.failed], [{ resource: 1 }, []]);
});

test('what may not be visited, or cannot be reached, is a request that failed', async () => {
  const gone = await startSite();
  await gone[Symbol.asyncDispose]();
  const urls = ['http://10.0.0.1/a.png', 'https://10.0.0.1/b.png', `${gone.url}/c.png`, `https://127.0.0.1:${gone.port}/d.png`];
  const html = `<h1>Shop</h1>${urls.map((src) => `<img src="${src}">`).join('')}`;
  const { report } = await reporter.capture({ html });
  const byUrl = Object.fromEntries(report.failed.map(({ url, error }: { url: string; error: string }) => [url, error]));
  assert.deepEqual(
    urls.map((url) => byUrl[url]),
    ['blocked', 'blocked', 'connection_refused', 'connection_refused'],
  );
  assert.deepEqual(report.blocked.entries, []);
  assert.equal((await reporter.capture({ html }, { failOnRequestFailed: ['http://10.0.0.1/*'] })).failed, 'request_failed');
});

test('the timeline has each moment, in the order in which they happen', async () => {
  const { report, events } = await reporter.capture(
    { url: `${site.url}/redirect?to=/tall.html` },
    { fullPage: true, waitUntil: WaitUntil.DOMCONTENTLOADED, delay: 0.3 },
  );
  const once = ['navigation', 'redirect', 'loaded', 'load', 'waited', 'picture', 'encoded'];
  assert.deepEqual(
    once.map((name) => events.filter((event) => event === name).length),
    once.map(() => 1),
  );
  const at = (name: string): number => report.timeline[events.indexOf(name)].atMs;
  assert.ok(at('navigation') < at('redirect') && at('redirect') < at('loaded'));
  assert.ok(at('loaded') < at('waited') && at('load') < at('waited') && at('waited') < at('picture') && at('picture') < at('encoded'));
});

test('a picture is measured, and the browser has its version', async () => {
  const { report } = await reporter.capture({ url: `${site.url}/tall.html` }, { fullPage: true, format: Format.WEBP });
  const { picture } = report;
  assert.deepEqual([picture.width, picture.height, picture.page_height, picture.fell_back_to_page], [1280, 3000, 3000, false]);
  assert.ok(picture.tiles >= 1 && picture.bytes > 0);
  assert.match(picture.sha256, /^[\da-f]{64}$/);
  assert.match(picture.perceptual_hash, /^[\da-f]{16}$/);
  assert.match(report.browser, /\d+\.\d+\.\d+\.\d+/);
  assert.equal(
    (await reporter.capture({ url: `${site.url}/plain.html` }, { selector: '#nothing', selectorMissing: SelectorMissing.PAGE })).report
      .picture?.fell_back_to_page,
    true,
  );
});

test('a page that came with the wish has its source, and no address', async () => {
  const html = await reporter.capture({ html: '<title>Given</title><h1>Shop</h1>' });
  assert.deepEqual([html.report.source, html.report.page.title, html.report.page.final_url], ['html', 'Given', null]);
  const markdown = await reporter.capture({ markdown: '# Shop' });
  assert.deepEqual([markdown.report.source, markdown.report.page.final_url], ['markdown', null]);
  assert.equal((await reporter.capture({ url: `${site.url}/plain.html` })).report.source, 'url');
});

test('an error page gets its picture and its verdict, and an ordinary one has none against it', async () => {
  const { report, findings } = await reporter.capture({ url: `${site.url}/status/404` });
  assert.deepEqual([report.verdicts.error_page, report.page.status, findings?.errorPage], [true, 404, true]);
  const { verdicts, attempts } = (await reporter.capture({ url: `${site.url}/plain.html` })).report;
  assert.equal(verdicts.blank.verdict, false);
  assert.ok(verdicts.blank.share < 1 && verdicts.blank.colours > 1);
  assert.deepEqual([verdicts.challenge, verdicts.error_page, verdicts.banner_removed], [{ verdict: false, by: null }, false, false]);
  assert.deepEqual(attempts, [{ strategy: 'plain', blank: false, challenge: false, error: null }]);
});

test('a consent dialog that went is told, and where it was to stay nobody looked', async () => {
  const { report, events } = await reporter.capture({ url: `${site.url}/consent-onetrust.html` });
  assert.deepEqual([report.verdicts.banner_removed, report.consent.removed, events.includes('consent')], [true, true, true]);
  const left = (await reporter.capture({ url: `${site.url}/consent-onetrust.html` }, { blockCookies: false })).report;
  assert.deepEqual([left.verdicts.banner_removed, left.consent], [null, null]);
});
