import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { Format, Sticky } from '@shotwire/contract';
import { openTestCamera, optionsOf, type SomeOptions } from '../capture.fixture.ts';
import { traitsOf } from '../core/formats.ts';
import type { ChromeCamera } from './open-chrome.ts';

let camera: ChromeCamera;

before(async () => {
  camera = await openTestCamera();
});
after(async () => {
  await camera[Symbol.asyncDispose]();
});

/** What a capture of some HTML gives: the names of its results in order, and each as text. */
async function capture(html: string, options: SomeOptions) {
  const order = { id: 'test', accountId: 'acme', url: '', html: `<!doctype html>${html}`, options: optionsOf(options) };
  const { artefacts } = await camera.shoot(order, AbortSignal.timeout(30_000));
  const textOf = (name: string) => artefacts.find((artefact) => artefact.name === name)?.body.toString() ?? '';
  return { artefacts, names: artefacts.map(({ name }) => name), textOf };
}

const sticking = `<style>header, footer { position: fixed; height: 40px; transition: all 9s } header { top: 0 } footer { bottom: 0 }</style>
  <header>The header</header><footer style="color: navy">The footer</footer><p style="height: 3000px">Words</p>`;

test('what was moved or hidden for a full page is back in its place in the results that follow', async () => {
  for (const sticky of [Sticky.FIRST, Sticky.HIDE]) {
    const also = [Format.HTML, Format.MHTML, Format.MARKDOWN, Format.PDF];
    const { textOf } = await capture(sticking, { fullPage: true, sticky, also });
    assert.match(textOf('html'), /<header>The header<\/header><footer style="color: navy;?">The footer/);
    assert.match(textOf('mhtml'), /<header>The header<\/header>/);
    assert.match(textOf('markdown'), /The header[\s\S]*The footer/);
    assert.doesNotMatch(textOf('html') + textOf('mhtml'), /important/);
  }
});

test('an element that scrolled inside of the page is as high as it was in the results that follow', async () => {
  const shell = `<style>body { margin: 0 } main { height: 100vh; overflow: auto }</style><main><p style="height: 3000px; margin: 0">Words</p></main>`;
  const { artefacts, textOf } = await capture(shell, { fullPage: true, also: [Format.HTML] });
  assert.equal(artefacts[0].height, 3000);
  assert.match(textOf('html'), /<html><head>[\s\S]*<main><p/);
});

const account = `<title>Account</title><style>.row:nth-child(2) { color: green }</style><p class="ad">Buy this</p><p class="row">Balance:
  <span class="secret" title="4711">4711 francs <img alt="a face" src="data:image/gif;base64,AAAA"><input value="typed 4711"></span></p>`;
const withheld = { hideSelectors: ['.ad'], maskSelectors: ['.secret'], css: '.row::before { content: "é </style>" }' };

test('what is hidden or masked is in none of the results that can be read, and css is in html', async () => {
  const { names, textOf } = await capture(account, { ...withheld, also: [Format.HTML, Format.MHTML, Format.MARKDOWN] });
  assert.deepEqual(names, ['png', 'html', 'mhtml', 'markdown']);
  for (const name of ['html', 'mhtml', 'markdown']) assert.doesNotMatch(textOf(name), /4711|Buy this|a face|AAAA/, name);
  assert.match(textOf('html'), /<p class="ad" style="display: none ?!important;?"><\/p><p class="row">Balance:/);
  assert.match(textOf('html'), /████ ██████ <img/);
  assert.match(textOf('html'), /<style>[\s\S]*\.row::before \{ content: "é <\\\/style>"; \}/);
  assert.match(textOf('markdown'), /Balance: ████ ██████/);
});

test('a mask is as black in a PDF without backgrounds as in one with them, and nothing of it can be read', async () => {
  for (const background of [true, false]) {
    const { artefacts } = await capture(account, { ...withheld, format: Format.PDF, pdf: { background } });
    const { body } = artefacts[0];
    const text = body.toString('latin1');
    assert.doesNotMatch(text, /a face/);
    // What lies behind a filter is printed as a picture: how much of it is opaque is a picture of its own.
    const at = text.indexOf('stream\n', text.search(/\/Subtype \/Image\s[^>]*\/DeviceGray/)) + 'stream\n'.length;
    const opaque = inflateSync(body.subarray(at, text.indexOf('\nendstream', at)));
    assert.ok(opaque.filter((alpha) => alpha === 255).length > opaque.length * 0.8, `background: ${background}`);
  }
});

test('each further result is there in its order, and each format can be the first', async () => {
  const begins = { html: /^<!DOCTYPE html>/, mhtml: /^From: <Saved by Blink>/, pdf: /^%PDF-/, markdown: /^Words/ };
  const all = [Format.PDF, Format.HTML, Format.MHTML, Format.MARKDOWN];
  for (const format of all) {
    const also = [...all.filter((other) => other !== format), Format.JPEG, Format.PNG];
    const { names, artefacts, textOf } = await capture('<p>Words</p>', { format, also });
    assert.deepEqual(
      names,
      [format, ...also].map((each) => traitsOf(each).word),
    );
    assert.equal(artefacts[0].mimeType, traitsOf(format).mimeType);
    for (const [name, begin] of Object.entries(begins)) assert.match(textOf(name), begin);
  }
});

test('slices are called by their number, and by their format where it is not the first', async () => {
  const page = '<body style="margin: 0"><p style="margin: 0; height: 2500px">Words</p>';
  const { names, artefacts } = await capture(page, { fullPage: true, slices: { height: 1000 }, also: [Format.JPEG, Format.HTML] });
  assert.deepEqual(names, ['png', 'slice-2', 'slice-3', 'jpeg', 'slice-2-jpeg', 'slice-3-jpeg', 'html']);
  assert.deepEqual(
    artefacts.map(({ height }) => height),
    [1000, 1000, 500, 1000, 1000, 500, 0],
  );
});
