import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestCamera, optionsOf, type SomeOptions } from '../capture.fixture.ts';
import type { ChromeCamera } from './open-chrome.ts';

let camera: ChromeCamera;

before(async () => {
  camera = await openTestCamera();
});
after(async () => {
  await camera[Symbol.asyncDispose]();
});

/** What a capture of some HTML tells of its links. */
async function linksOf(html: string, options: SomeOptions = {}, links = true) {
  const order = { id: 'test', accountId: 'acme', url: '', html: `<!doctype html>${html}`, links, options: optionsOf(options) };
  const capture = await camera.shoot(order, AbortSignal.timeout(40_000));
  assert.ok(capture.artefacts[0].body.length > 100);
  return { ...capture.links, report: capture.report };
}

const base = '<base href="https://example.com/dir/">';

test('where a page links to is told in its order, each once, after all its scripts did; and only when asked', async () => {
  const page = `${base}<a href="b">b</a><map><area href="/c"></map><a href=b>again</a><a name=x>none</a><a download href=zip>file</a>
    <svg><a href="/svg"></a></svg><a id=late></a><script>late.href = '//other.example/d#part'</script>`;
  const { urls } = await linksOf(page);
  assert.deepEqual(urls, ['https://example.com/dir/b', 'https://example.com/c', 'https://other.example/d#part']);
  assert.equal((await linksOf(page, {}, false)).urls, undefined);
  assert.deepEqual((await linksOf(`${base}<a href="b">b</a>`, { disableJavascript: true })).urls, ['https://example.com/dir/b']);
});

test('a page that lies about its links, or names its elements like properties, is read as it is', async () => {
  const lies = `<form name=links></form><img name=URL><script>
    Object.defineProperty(HTMLAnchorElement.prototype, 'href', { get: () => 'https://evil.test/' });
    Object.defineProperty(Document.prototype, 'links', { get() { for (;;); } });
    Element.prototype.getAttribute = () => ''; Array.prototype[Symbol.iterator] = () => { for (;;); }; Set = undefined;
  </script>`;
  const { urls } = await linksOf(`${base}<a href="/true">x</a>${lies}`);
  assert.deepEqual(urls, ['https://example.com/true']);
});

test('of a million links the first 2,000 are told, and of long ones a mebibyte', async () => {
  const many = (count: number, href: string) => `${base}<p>Words</p><p id=p hidden></p><script>
    const all = document.createDocumentFragment();
    for (let n = 0; n < ${count}; n++) { const a = document.createElement('a'); a.href = ${href}; all.append(a); }
    p.append(all);
  </script>`;
  const { urls = [] } = await linksOf(many(1_000_000, '"/" + n'), { timeout: 35 });
  assert.deepEqual([urls.length, urls.at(-1)], [2_000, 'https://example.com/1999']);
  const { urls: same = [] } = await linksOf(many(100_000, '"/same"'));
  assert.deepEqual(same, ['https://example.com/same']);
  const { urls: long = [] } = await linksOf(many(1_000, '"/" + "x".repeat(4000) + n'));
  assert.ok(long.length > 200 && long.join('').length <= 1024 * 1024, `${long.length}`);
  assert.deepEqual((await linksOf(many(20, '"/" + "x".repeat(2_000_000)'))).urls, []);
});

test('a page that goes elsewhere without end has its picture, and leads nowhere or somewhere', async () => {
  const { urls = [] } = await linksOf(
    `${base}<a href="/a">a</a><script>setInterval(() => history.pushState(0, '', '#' + Math.random()), 1)</script>`,
  );
  assert.deepEqual(urls, ['https://example.com/a']);
});
