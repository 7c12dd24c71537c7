import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { testCertificate } from '@shotwire/egress/testing';
import { eventually, type Site, startSite } from '@shotwire/testing';
import type { Page } from 'puppeteer';
import { type Chrome, launch } from '../browser/launch.ts';
import { describePage } from './describe-page.ts';
import { watchPage } from './watch-page.ts';

let site: Site;
let chrome: Chrome;
before(async () => {
  site = await startSite();
  const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
  chrome = await launch({ path, sandbox: process.getuid?.() !== 0, denyAllProxy: 'direct://' });
});
after(async () => {
  await chrome[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

async function visit<T>(path: string, look: (page: Page) => Promise<T>) {
  const page = await chrome.browser.newPage();
  try {
    const events: string[] = [];
    using watch = watchPage({ page, proxy: { outcomeOf: () => 'ok' } }, (event) => void events.push(event));
    await page.goto(site.url + path, { waitUntil: 'load', timeout: 20_000 });
    return { seen: await look(page), watch, events };
  } finally {
    await page.close();
  }
}

test('requests, bytes, failures and the console of a page are seen', async () => {
  const { watch } = await visit('/watched.html', async () => undefined);
  const sightings = watch.sightings();
  assert.equal(sightings.status, 200);
  assert.equal(sightings.final_url, `${site.url}/watched.html`);
  assert.match(sightings.headers['content-type'] ?? '', /^text\/html/);
  assert.equal(sightings.tls, null);
  assert.equal(sightings.traffic.by_type.image?.requests, 2);
  assert.ok((sightings.traffic.by_type.image?.bytes ?? 0) > 100);
  assert.ok(sightings.traffic.bytes > (sightings.traffic.by_type.document?.bytes ?? 0));
  assert.deepEqual(
    sightings.failed.map(({ error }) => error),
    ['net::ERR_UNSAFE_PORT'],
  );
  const levels = sightings.console.map(({ level, text }) => `${level}: ${text}`);
  assert.ok(levels.includes('error: something is wrong'), levels.join());
  assert.ok(
    levels.some((line) => line.startsWith('exception: ') && line.includes('nobody catches this')),
    levels.join(),
  );
  assert.ok(watch.consoleErrors() >= 2);
});

test('redirects are seen hop by hop', async () => {
  const { watch, events } = await visit(`/redirect?to=${encodeURIComponent(`${site.url}/redirect?to=/plain.html`)}`, async () => undefined);
  const { redirects, final_url } = watch.sightings();
  assert.equal(events.filter((event) => event === 'redirect').length, 2);
  assert.equal(redirects.length, 2);
  assert.ok(redirects.every(({ status }) => status === 302));
  assert.equal(final_url, `${site.url}/plain.html`);
});

test('the first paint has its moment', async () => {
  const { events } = await visit('/plain.html', async (page) => {
    await page.screenshot();
    await eventually(() => page.evaluate('performance.getEntriesByType("paint").length > 0') as Promise<boolean>);
  });
  await eventually(() => assert.deepEqual(events.toSorted(), ['first_paint', 'load']));
});

test('the certificate of the page is told, with its time', async () => {
  const server = createServer(testCertificate, (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Secret'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const page = await chrome.browser.newPage();
  try {
    // Nobody vouches for this certificate.
    await (await page.createCDPSession()).send('Security.setIgnoreCertificateErrors', { ignore: true });
    using watch = watchPage({ page, proxy: { outcomeOf: () => 'ok' } }, () => undefined);
    await page.goto(`https://localhost:${(server.address() as AddressInfo).port}/`, { timeout: 20_000 });
    assert.deepEqual(watch.sightings().tls, {
      protocol: 'TLS 1.3',
      issuer: 'receiver.test',
      subject: 'receiver.test',
      valid_from: '2026-11-21T22:30:04.000Z',
      valid_to: '2126-10-28T22:30:04.000Z',
    });
  } finally {
    await page.close();
    server.close();
    server.closeAllConnections();
  }
});

test('a page is described by what it says, whatever its scripts did to the built-ins', async () => {
  const { seen } = await visit('/watched.html', async (page) =>
    describePage({ session: await page.createCDPSession(), signal: AbortSignal.timeout(20_000) }),
  );
  assert.equal(seen.title, 'Watched');
  assert.equal(seen.description, 'A page that is watched');
  assert.equal(seen.language, 'de');
  assert.deepEqual(seen.open_graph, { title: 'Open', image: '/block.svg' });
  assert.equal(seen.favicon, `${site.url}/block.svg?icon`);
  assert.equal(seen.height, 1234);
  assert.match(seen.text ?? '', /Visible/);
  assert.doesNotMatch(seen.text ?? '', /Hidden/);
});
