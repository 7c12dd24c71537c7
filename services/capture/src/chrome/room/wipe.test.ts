import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testCertificate } from '@shotwire/egress/testing';
import puppeteer from 'puppeteer';
import { chromePath } from './room.fixture.ts';
import { wipe } from './wipe.ts';

test('what sites are told to come by https stays with the capture that was told', async (t) => {
  const told = createServer(testCertificate, (_, response) =>
    response.writeHead(200, { 'strict-transport-security': 'max-age=3600' }).end('told'),
  );
  const plain = createPlainServer((_, response) => response.end('plain'));
  const ports = await Promise.all([told, plain].map((server) => listening(server)));
  t.after(() => [told, plain].map((server) => server.close()));
  const key = new X509Certificate(testCertificate.cert).publicKey.export({ type: 'spki', format: 'der' });
  await using opening = new AsyncDisposableStack();
  // A browser that takes the certificate of the test for a true one: it believes what is said under no other.
  const profile = await mkdtemp(join(tmpdir(), 'shotwire-hsts-'));
  opening.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 10 }));
  const browser = await puppeteer.launch({
    executablePath: chromePath,
    headless: 'shell',
    pipe: true,
    userDataDir: profile,
    args: [
      '--no-sandbox',
      `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`,
      `--host-resolver-rules=MAP receiver.test:443 127.0.0.1:${ports[0]},MAP receiver.test:80 127.0.0.1:${ports[1]}`,
    ],
  });
  opening.defer(() => browser.close());
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const visit = async () => (await page.goto('http://receiver.test/'))?.text();
  assert.equal(await visit(), 'plain');
  await page.goto('https://receiver.test/');
  assert.equal(await visit(), 'told');
  await page.goto('about:blank');
  await wipe({ context, page, session: await page.createCDPSession() });
  assert.equal(await visit(), 'plain');
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
