import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Format, Sticky } from '@shotwire/contract';
import { openTestCamera, optionsOf, type SomeOptions } from '../capture.fixture.ts';
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
