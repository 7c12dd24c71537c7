import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openVisitor, servePages } from './visit.fixture.ts';

const folder = '/usr/share/chromium/extensions/ublock-origin/assets';
const missing = existsSync(folder) ? false : `no lists are installed in ${folder}`;

let visitor: Awaited<ReturnType<typeof openVisitor>>;
let pages: Awaited<ReturnType<typeof servePages>>;
const house = new AsyncDisposableStack();

before(async () => {
  if (missing) return;
  visitor = house.use(await openVisitor({ folder }));
  pages = house.use(
    await servePages({
      '/': `<!doctype html><title>page</title>
        <script src="https://securepubads.g.doubleclick.net/tag/js/gpt.js"></script>
        <script src="https://www.google-analytics.com/analytics.js"></script>
        <script src="https://connect.facebook.net/en_US/fbevents.js"></script>
        <script>document.title = typeof googletag + typeof ga;</script>
        <div class="adsbygoogle-wrapper">Ad</div><ins class="adsbygoogle" data-ad-slot="1">Ad</ins><p class="text">Text</p>`,
    }),
  );
});

after(() => house.disposeAsync());

const wanted = { blockAds: true, blockTrackers: true, blockCookies: false, blockChats: false, blockResources: [], blockUrls: [] };

test('the installed lists know well-known hosts, and leave others alone', { skip: missing }, () => {
  const plan = visitor.blocking.planFor({ url: 'https://news.example/', options: { ...wanted, disableJavascript: false } });
  assert.equal(plan.refuseHost('securepubads.g.doubleclick.net'), 'ads');
  assert.equal(plan.refuseHost('www.google-analytics.com'), 'trackers');
  for (const host of ['cdn.jsdelivr.net', 'fonts.gstatic.com', 'unpkg.com', 'en.wikipedia.org', 'news.example']) {
    assert.equal(plan.refuseHost(host), undefined, host);
  }
  assert.equal(plan.blocked.counts.ads, 1);
});

test('the installed lists refuse ads and trackers, leave a page the functions that it calls, and hide places of ads', {
  skip: missing,
}, async () => {
  await using visited = await visitor.visit(pages.at('page.localhost', '/'), { ...wanted });
  assert.equal(await visited.page.title(), 'objectfunction');
  assert.deepEqual(visited.blocked.counts, { ads: 1, trackers: 2 });
  assert.equal(await visited.page.$eval('.adsbygoogle-wrapper', (element) => element.checkVisibility()), false);
  assert.equal(await visited.page.$eval('.adsbygoogle', (element) => element.checkVisibility()), false);
  assert.equal(await visited.page.$eval('.text', (element) => element.checkVisibility()), true);
});
