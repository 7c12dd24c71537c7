import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { type Site, startSite } from '@shotwire/testing';
import { intercept } from '../intercept/intercept.ts';
import { openTestChrome } from '../outputs/open-test-page.fixture.ts';
import { documentOf } from './document-of.ts';
import { documentHost, isGiven, serveDocument } from './serve-document.ts';

let site: Site;
let chrome: Awaited<ReturnType<typeof openTestChrome>>;

before(async () => {
  [site, chrome] = await Promise.all([startSite(), openTestChrome()]);
});

after(async () => {
  await chrome[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const within = (ms = 15_000) => AbortSignal.timeout(ms);

/** A page that shows what was given. */
async function show({ html = '', markdown = '' }) {
  await using opening = new AsyncDisposableStack();
  const opened = opening.use(await chrome.open());
  const { url, interceptor } = serveDocument(await documentOf({ session: opened.session, html, markdown, signal: within() }));
  await intercept({ session: opened.session, interceptors: [interceptor] });
  const response = await opened.page.goto(url, { waitUntil: 'networkidle0' });
  const house = opening.move();
  return { ...opened, response, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

test('html is a page with an address, an origin and a status', async () => {
  await using shown = await show({ html: '<title>Given</title><p>Grüße 漢字 😀' });
  assert.equal(shown.response?.status(), 200);
  assert.ok(isGiven(shown.page.url()));
  assert.equal(await shown.page.title(), 'Given');
  assert.equal(await shown.page.$eval('p', (p) => p.textContent), 'Grüße 漢字 😀');
  assert.equal(await shown.page.evaluate('localStorage.setItem("a", "b"); localStorage.getItem("a")'), 'b');
  assert.equal((await shown.page.reload())?.status(), 200);
});

test('what html names by a full address is loaded, by http too', async () => {
  await using shown = await show({ html: `<img src="${site.url}/block.svg">` });
  assert.ok(Number(await shown.page.$eval('img', (img) => img.naturalWidth)) > 0);
});

test('nothing but the document itself is found at its host, and nobody is asked for it', async () => {
  await using shown = await show({
    html: `<img src="a.png"><link rel="stylesheet" href="/a.css"><iframe src="/?again"></iframe><img src="https://document.invalid/a.png">
      <img src="http://document.invalid:81/a.png">`,
  });
  const statusOf = (path: string) => shown.page.evaluate(`fetch('${path}').then(({ status }) => status, () => 'failed')`);
  assert.equal(await statusOf('/a.json'), 404);
  assert.equal(await statusOf('/'), 404);
  assert.equal(await statusOf(`https://${documentHost}/`), 'failed');
  assert.equal(await statusOf(`http://${documentHost}:81/`), 'failed');
  assert.deepEqual(shown.asked(), []);
});

test('html of two mebibytes is shown whole', async () => {
  const html = `<p>${'word '.repeat(419_000)}</p><i>end</i>`;
  await using shown = await show({ html });
  assert.equal(await shown.page.$eval('i', (end) => end.textContent), 'end');
});

const everything = `# Title & <b>more</b>

A paragraph with *emphasis*, **strength**, ~~regret~~, \`code\`, a [link](https://example.com/) and https://example.org/.

- one
  - two
- [x] done

1. first

> quoted

| a | b |
| :-- | --: |
| 1 | 2 |

\`\`\`js
const x = '<y>';
\`\`\`

---

![drawn](${'http://127.0.0.1:1/none.png'}) <u>raw</u> 漢字 😀
`;

test('markdown is a page in which each construct is its element', async () => {
  await using shown = await show({ markdown: everything });
  assert.equal(await shown.page.title(), 'Title & <b>more</b>');
  const present = [
    'h1',
    'p em',
    'p strong',
    'p del',
    'p code',
    'a[href="https://example.com/"]',
    'a[href="https://example.org/"]',
    'ul ul li',
  ];
  const more = [
    'input[type=checkbox]:checked',
    'ol li',
    'blockquote p',
    'th[align=left]',
    'td[align=right]',
    'pre code.language-js',
    'hr',
    'img[alt=drawn]',
    'p u',
  ];
  for (const selector of [...present, ...more]) assert.ok(await shown.page.$(selector), selector);
  assert.equal(await shown.page.$eval('pre', (pre) => pre.textContent), "const x = '<y>';\n");
  assert.match(await shown.page.$eval('body', (body) => body.textContent), /漢字 😀/);
});

test('markdown is dark where dark colours are preferred', async () => {
  await using shown = await show({ markdown: '# Dark' });
  const paper = () => shown.page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  assert.equal(await paper(), 'rgb(255, 255, 255)');
  await shown.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  assert.equal(await paper(), 'rgb(20, 23, 26)');
});

test('markdown that is hard to read ends with the signal, or is refused', async () => {
  await using opened = await chrome.open();
  await assert.rejects(documentOf({ ...opened, html: '', markdown: '> '.repeat(20_000), signal: within() }), (thrown) => {
    return thrown instanceof Failure && thrown.kind === 'page_overload';
  });
  const late = new Failure('timeout');
  const controller = new AbortController();
  setTimeout(() => controller.abort(late), 500);
  const markdown = '*a_'.repeat(600_000);
  await assert.rejects(documentOf({ ...opened, html: '', markdown, signal: controller.signal }), (thrown) => thrown === late);
});
