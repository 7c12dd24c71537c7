import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MediaType } from '@shotwire/contract';
import { type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../../capture.fixture.ts';
import type { ChromeCamera } from '../open-chrome.ts';
import { readPng } from '../png.fixture.ts';

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

/** A picture of a page of another site inside a page. */
async function framed(page: string, options: SomeOptions) {
  const inner = `http://localhost:${site.port}${page}`;
  const url = `${site.url}/step-frame.html?${encodeURIComponent(inner)}`;
  const order = { id: 'test', accountId: 'acme', url, options: optionsOf(options) };
  const { artefacts } = await camera.shoot(order, AbortSignal.timeout(30_000));
  return readPng(artefacts[0].body).at;
}

const facts = (expression: string) => `/step-facts.html?${encodeURIComponent(expression)}`;

test('a frame of another site believes what its page believes', async () => {
  const look = await framed('/step-look.html', { darkMode: true, reducedMotion: true, mediaType: MediaType.PRINT });
  assert.deepEqual([look(10, 10), look(10, 110), look(10, 210)], ['#0000ff', '#0000ff', '#0000ff']);
  const expression = 'navigator.userAgent === "Ours" && navigator.language === "de-CH" && new Date(0).getHours() === 9';
  const told = await framed(facts(expression), { userAgent: 'Ours', locale: 'de-CH', timezone: 'Asia/Tokyo' });
  assert.equal(told(10, 10), '#0000ff');
  assert.equal((await framed(facts('true'), { userAgent: 'Ours' }))(10, 10), '#0000ff');
});

test('the stylesheet of a client is for the page, and not for the frames in it', async () => {
  const at = await framed('/step-look.html', { css: '#css { background: #00f }', hideSelectors: ['#hide'] });
  assert.deepEqual([at(10, 310), at(10, 410)], ['#ff0000', '#ff0000']);
});

test('a frame without anything to believe is as it is', async () => {
  const at = await framed('/step-look.html', {});
  assert.deepEqual([at(10, 10), at(10, 110), at(10, 210)], ['#ff0000', '#ff0000', '#ff0000']);
});
