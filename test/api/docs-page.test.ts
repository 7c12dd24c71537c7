import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '@shotwire/testing';
import puppeteer from 'puppeteer';
import { openGateway } from '../../services/gateway/src/gateway.fixture.ts';
import { openApp } from '../../services/gateway/src/open-app.ts';
import { operationsOf } from '../../services/gateway/src/openapi/operations-of.fixture.ts';

test('a browser shows every operation at /docs, tries one, and its policy stands in the way of nothing', async () => {
  const port = await freePort();
  await using gateway = await openGateway({
    desk: { listSigningKeys: async () => ({ keys: [] }) },
    parts: { publicUrl: new URL(`http://127.0.0.1:${port}`) },
  });
  await using _ = await openApp({ app: gateway.app, host: '127.0.0.1', port, graceMs: 200 });
  await using house = new AsyncDisposableStack();
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell',
    headless: 'shell',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  house.defer(() => browser.close());
  const page = await browser.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && trouble.push(message.text())));
  page.on('pageerror', (error) => void trouble.push(String(error)));
  page.on(
    'request',
    (request) =>
      void (new URL(request.url()).host === `127.0.0.1:${port}` || request.url().startsWith('data:') || trouble.push(request.url())),
  );

  await page.goto(`http://127.0.0.1:${port}/docs`);
  await page.waitForSelector('.opblock');
  const { json: document } = await gateway.ask('GET', '/openapi.json');
  assert.equal((await page.$$('.opblock')).length, operationsOf(document).length);

  const jwks = '#operations-signing_keys-listSigningKeys';
  await page.click(`${jwks} .opblock-summary-control`);
  await (await page.waitForSelector(`${jwks} .execute`))?.click();
  await page.waitForSelector(`${jwks} .live-responses-table`);
  assert.deepEqual(trouble, []);
});
