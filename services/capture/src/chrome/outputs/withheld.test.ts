import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inEachFrame } from '../page/in-page.ts';
import { wear } from '../page/wear.ts';
import { sheetsOf, withheldOf } from '../steps/stylesheet.ts';
import { makeHtml } from './html.ts';
import { makeMarkdown } from './markdown.ts';
import { makeMhtml } from './mhtml.ts';
import { openTestChrome } from './open-test-page.fixture.ts';

let chrome: Awaited<ReturnType<typeof openTestChrome>>;
let folder: string;

before(async () => {
  [chrome, folder] = await Promise.all([openTestChrome(), mkdtemp(join(tmpdir(), 'withheld-'))]);
});

after(async () => {
  await chrome[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Wish {
  hideSelectors?: string[];
  maskSelectors?: string[];
  css?: string;
}

/** The results of a page that are read, and what an expression is in the page when HTML and MHTML are opened again, without scripts. */
async function read(html: string, { hideSelectors = [], maskSelectors = [], css = '' }: Wish, expression = 'document.body.innerText') {
  const options = { hideSelectors, maskSelectors, css, disableAnimations: false };
  const withheld = withheldOf(options);
  const made = async (make: typeof makeMhtml) => {
    await using opened = await chrome.open();
    await opened.page.setContent(`<!doctype html>${html}`);
    await inEachFrame(opened.session, wear, ...sheetsOf(options));
    return (await make({ session: opened.session, withheld, signal: AbortSignal.timeout(15_000) })).toString();
  };
  const again = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    await using opened = await chrome.open();
    await opened.page.setJavaScriptEnabled(false);
    await opened.page.goto(pathToFileURL(path).href);
    return await opened.page.evaluate(expression);
  };
  const [asHtml, asMhtml, markdown] = await Promise.all([
    made((parts) => makeHtml({ ...parts, withBase: false })),
    made(makeMhtml),
    made(makeMarkdown),
  ]);
  return { html: asHtml, mhtml: asMhtml, markdown, again: await Promise.all([again('page.html', asHtml), again('page.mhtml', asMhtml)]) };
}

const wall = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;

test('what is hidden is in none of them, and what follows it stays in its place', async () => {
  const html = '<ul><li>one</li><li data-ad="4711" title="4711">4711</li><li>three</li></ul><iframe class="ad" srcdoc="4711"></iframe>';
  const { again, ...texts } = await read(
    html,
    { hideSelectors: ['[data-ad]', '.ad'] },
    'document.querySelectorAll("li:nth-child(3)").length + document.body.innerText',
  );
  for (const text of Object.values(texts)) assert.doesNotMatch(text, /4711/);
  for (const seen of again) assert.match(String(seen), /^1\s*one\s+three\s*$/);
});

test('what is masked is black in all of them: its words, its fields, its pictures, and what is in its shadow trees', async () => {
  const html = `<p>Open <span class="m" data-balance="4711">4711 <a href="/4711">francs</a><!-- 4711 --><script>var balance = 4711</script></span></p>
    <div class="m" style="background: url(data:image/gif;base64,4711)"><img src="data:image/gif;base64,4711" alt="4711" width="40" height="30">
      <input value="4711"><textarea>4711</textarea><select><option>4711</select><svg id="drawn" width="9" height="9"><title>4711</title></svg>
      <iframe srcdoc="4711"></iframe><div><template shadowrootmode="open"><b>4711</b></template></div></div>
    <form class="m"><input name="style" value="4711"><input name="getAttribute"><input name="childNodes"></form>
    <svg><text class="m" y="20">4711</text></svg><math><mi class="m">4711</mi></math>`;
  const colours = '[...document.querySelectorAll("span, form")].map((element) => getComputedStyle(element).backgroundColor).join()';
  const { again, ...texts } = await read(html, { maskSelectors: ['.m'] }, colours);
  const { again: _, ...walled } = await read(wall + html, { maskSelectors: ['.m'] });
  for (const text of [...Object.values(texts), ...Object.values(walled)]) assert.doesNotMatch(text, /4711|francs/);
  assert.match(texts.markdown, /Open ████ ██████/);
  for (const seen of again) assert.equal(seen, 'rgb(0, 0, 0),rgb(0, 0, 0)');
});

test('a page as it is withholds nothing', async () => {
  const html = '<p title="yes">Words</p><img alt="a picture" src="data:,">';
  const { html: text } = await read(html, {});
  assert.ok(text.includes(html));
});

test('css is in html and mhtml, after that of the page, in signs of any script', async () => {
  const css = 'p { color: rgb(1, 2, 3); } p::before { content: "é 漢 </style> 1=1"; } p { padding: 7px }'.padEnd(300, ' ');
  const expression =
    'Object.values((({ color, padding }) => ({ color, padding }))(getComputedStyle(document.querySelector("p")))).join(" ") + getComputedStyle(document.querySelector("p"), "::before").content';
  const { again, markdown } = await read('<title>é</title><style>p { color: red; padding: 1px }</style><p>Words</p>', { css }, expression);
  for (const seen of again) assert.equal(seen, 'rgb(1, 2, 3) 7px"é 漢 </style> 1=1"');
  assert.match(markdown, /Words\n$/);
});

test('a page without a head gets its css too', async () => {
  const { again } = await read('<script>document.head.remove()</script><p>Words</p>', { css: 'p { display: none }' });
  assert.deepEqual(
    again.map(String).map((text) => text.trim()),
    ['', ''],
  );
});

test('what a page writes anew while it is read is withheld as well', async () => {
  const html = `<p class="m">4711</p><script>setInterval(() => { document.querySelector('p').textContent = '4711' })</script>`;
  const { html: asHtml, markdown } = await read(html.replaceAll("'4711'", 'String(4700 + 11)'), { maskSelectors: ['.m'] });
  assert.doesNotMatch(asHtml + markdown, /4711/);
});
