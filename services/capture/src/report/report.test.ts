import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ResourceType } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../capture.fixture.ts';
import type { ChromeCamera } from '../chrome/open-chrome.ts';
import type { Report } from '../studio/camera.ts';

let site: Site;
let camera: ChromeCamera;

before(async () => {
  site = await startSite();
  camera = await openTestCamera();
});
after(async () => {
  await camera[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

interface Page {
  path?: string;
  html?: string;
  markdown?: string;
}

/** Takes a capture as the studio has it taken; gives its report as clients read it, and the failure's kind if it failed. */
async function capture({ path, ...given }: Page, options: SomeOptions = {}) {
  const order = { id: 'test', accountId: 'acme', url: path === undefined ? '' : site.url + path, ...given, options: optionsOf(options) };
  let told: Report = {};
  let failed: string | undefined;
  const taken = await camera
    .shoot(order, AbortSignal.timeout(30_000), (report) => {
      told = report;
    })
    .catch((thrown: unknown) => {
      failed = Failure.from(thrown).kind;
    });
  // biome-ignore lint/suspicious/noExplicitAny: what clients get has no types.
  const report: any = JSON.parse(JSON.stringify(taken?.report ?? told));
  const events: string[] = report.timeline.map(({ event }: { event: string }) => event);
  return { report, events, failed, findings: taken?.findings };
}

const consentScripts = '<script src="https://cdn.cookielaw.org/a.js"></script><script src="http://cdn.cookielaw.org/b.js"></script>';

test('what the client had blocked is told as blocked, and is no request that failed', async () => {
  const { report, failed } = await capture({ html: `<h1>Shop</h1>${consentScripts}` }, { failOnRequestFailed: ['*'] });
  assert.equal(failed, undefined);
  assert.deepEqual(report.blocked, {
    entries: [{ url: 'https://cdn.cookielaw.org/', type: 'host', reason: 'cookies' }],
    counts: { cookies: 1 },
  });
  assert.deepEqual(report.failed, []);
  const images = await capture(
    { path: '/private-image?src=/block.svg' },
    { blockResources: [ResourceType.IMAGE], failOnRequestFailed: ['*'] },
  );
  assert.deepEqual([images.report.blocked.counts, images.report.failed], [{ resource: 1 }, []]);
});

test('what may not be visited, or cannot be reached, is a request that failed', async () => {
  const gone = await startSite();
  await gone[Symbol.asyncDispose]();
  const urls = ['http://10.0.0.1/a.png', 'https://10.0.0.1/b.png', `${gone.url}/c.png`, `https://127.0.0.1:${gone.port}/d.png`];
  const html = `<h1>Shop</h1>${urls.map((src) => `<img src="${src}">`).join('')}`;
  const { report } = await capture({ html });
  const byUrl = Object.fromEntries(report.failed.map(({ url, error }: { url: string; error: string }) => [url, error]));
  assert.deepEqual(
    urls.map((url) => byUrl[url]),
    ['blocked', 'blocked', 'connection_refused', 'connection_refused'],
  );
  assert.deepEqual(report.blocked.entries, []);
  assert.equal((await capture({ html }, { failOnRequestFailed: ['http://10.0.0.1/*'] })).failed, 'request_failed');
});
