import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { type Site, startSite } from '@shotwire/testing';
import { makeHtml } from './html.ts';
import { makeMarkdown } from './markdown.ts';
import { makeMhtml } from './mhtml.ts';
import { openTestChrome, type TestPage } from './open-test-page.fixture.ts';

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
const visit = async (path: string): Promise<TestPage> => {
  await using opening = new AsyncDisposableStack();
  const visited = opening.use(await chrome.open());
  await visited.page.goto(site.url + path);
  const house = opening.move();
  return { ...visited, [Symbol.asyncDispose]: () => house.disposeAsync() };
};
const markdownOf = async (path: string): Promise<string> => {
  await using visited = await visit(path);
  return (await makeMarkdown({ session: visited.session, signal: within() })).toString();
};
const htmlOf = async (path: string, withBase = true): Promise<string> => {
  await using visited = await visit(path);
  return (await makeHtml({ session: visited.session, withBase, signal: within() })).toString();
};

test('html is the document after its scripts, with shadow trees as templates and links that work elsewhere', async () => {
  const html = await htmlOf('/output-scripted.html');
  assert.match(
    html,
    /^<!DOCTYPE html>\n<html lang="en" data-kind="scripted"><head><meta charset="utf-8"><base href="http:[^"]+\/output-scripted\.html">/,
  );
  assert.match(html, /<p id="late">Written by a script: é 漢 😀<\/p>/);
  assert.match(
    html,
    /<x-card><template shadowrootmode="open"><section>Card of <slot name="name"><\/slot><x-inner><template shadowrootmode="open">/,
  );
  assert.match(html, /<\/body><\/html>\n$/);
  assert.doesNotMatch(await htmlOf('/output-scripted.html', false), /<base/);
});

test('html that is opened again is the same page', async () => {
  const html = await htmlOf('/output-scripted.html');
  await using again = await chrome.open();
  await again.page.setJavaScriptEnabled(false);
  await again.page.setContent(html);
  assert.equal(await again.page.$eval('x-card', (card) => card.shadowRoot?.querySelector('section')?.firstChild?.textContent), 'Card of ');
  assert.equal(await again.page.$eval('a', (link) => link.href), `${site.url}/next.html`);
});

test('mhtml holds the page and its pictures', async () => {
  await using visited = await visit('/output-article.html');
  const text = (await makeMhtml({ session: visited.session, signal: within() })).toString();
  assert.match(text, /^From: <Saved by Blink>/);
  assert.match(text, /Content-Type: multipart\/related;/);
  assert.match(text, /Content-Type: text\/html/);
  assert.match(text, /Content-Type: image\/svg\+xml[\s\S]*Content-Location: http:[^ ]+\/block\.svg/);
});

test('markdown is the article and nothing around it', async () => {
  const markdown = await markdownOf('/output-article.html');
  assert.match(markdown, /^# On pinholes/);
  assert.equal(markdown.match(/On pinholes/g)?.length, 1);
  assert.match(markdown, /^## The size of the hole$/m);
  for (const noise of ['navigation', 'Shop', 'privacy', 'Subscribe', 'rights', 'Unseen']) assert.ok(!markdown.includes(noise), noise);
});

test('markdown keeps tables, code, lists, quotations, marks, and every script of the world', async () => {
  const markdown = await markdownOf('/output-article.html');
  assert.match(markdown, /^\| Distance \| Hole \\\| best \|\n\| --- \| ---: \|\n\| 50 mm \| 0\.30 mm \|\n\| 100 mm \| 0\.42 mm \|$/m);
  assert.match(markdown, /^```js\nconst hole = \(f\) => 1\.9 \* Math\.sqrt\(f \* 0\.00055\);\n\nconsole\.log\(hole\(50\)\);\n```$/m);
  assert.match(markdown, /`1\.9 \* sqrt\(f \* λ\)`, where \*f\* is .*\*\*nothing else\*\*/);
  assert.match(markdown, /^- {3}a box\n {4}- {3}of card\n- {3}black paint$/m);
  assert.match(markdown, /^1\. {2}paint\n2\. {2}wait$/m);
  assert.match(markdown, /^> Patience is half/m);
  assert.match(markdown, /针孔相机。日本語の文もあります。 And a camera: 📷, a family: 👨‍👩‍👧/);
});

test('addresses in markdown are absolute', async () => {
  const markdown = await markdownOf('/output-article.html');
  assert.ok(markdown.includes(`[Its history](${site.url}/history.html?a=%281%29)`));
  assert.ok(markdown.includes(`![A \\[block\\]](${site.url}/block.svg)`));
});

test('a page without an article gives all of its body, of tables only those that hold data', async () => {
  const markdown = await markdownOf('/output-listing.html');
  assert.match(markdown, /^# Three things\n/);
  assert.ok(markdown.includes(`[Home](${site.url}/)`));
  assert.ok(markdown.includes(`[First card with a word](${site.url}/a.html)`));
  assert.ok(markdown.includes('Folded words.'));
  assert.match(markdown, /^No link$/m);
  assert.match(markdown, /Left\n\nRight/);
  assert.match(markdown, /^\| {2}\| {2}\|\n\| --- \| --- \|\n\| 1 \| 2 \|\n\| 3 \| {2}\|$/m);
  assert.doesNotMatch(markdown, /data:|javascript:|\]\(#|Never shown/);
});

test('markdown reads shadow trees where they are seen', async () => {
  assert.match(await markdownOf('/output-scripted.html'), /Card of \*\*Slotted name\*\*\s?\*innermost words\*/);
});

test('a page that has patched everything and named its elements after methods is read all the same', async () => {
  const html = await htmlOf('/output-hostile.html');
  const markdown = await markdownOf('/output-hostile.html');
  for (const text of [html, markdown]) {
    assert.match(text, /True words\./);
    assert.match(text, /Words in a form\./);
  }
  assert.match(markdown, /^# Hostile\n/);
  assert.doesNotMatch(markdown, /forged/);
});

test('an article is read again where it is found at the second glance only, whatever the policy of the page', async () => {
  await using visited = await chrome.open();
  const policy = `<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'; trusted-types 'none'">`;
  const words = `<p>${'Words that are worth reading, of which there are many. '.repeat(20)}</p>`;
  await visited.page.setContent(`<title>Glance</title>${policy}<nav>Noise</nav><div class="comment-sidebar">${words}${words}</div>`);
  const markdown = (await makeMarkdown({ session: visited.session, signal: within() })).toString();
  assert.match(markdown, /^# Glance\n\nWords that are worth reading/);
});

test('a page whose scripts are off is read', async () => {
  await using visited = await chrome.open();
  await visited.page.setJavaScriptEnabled(false);
  await visited.page.goto(`${site.url}/output-article.html`);
  assert.match((await makeMarkdown({ session: visited.session, signal: within() })).toString(), /^# On pinholes/);
  assert.match((await makeHtml({ session: visited.session, withBase: true, signal: within() })).toString(), /On pinholes/);
});

test('a page that loops for ever ends with the signal', async () => {
  for (const make of [makeMarkdown, makeMhtml, (parts: Parameters<typeof makeMhtml>[0]) => makeHtml({ ...parts, withBase: true })]) {
    await using visited = await visit('/plain.html');
    visited.page.evaluate('for (;;);').catch(() => undefined);
    const late = new Failure('timeout');
    const controller = new AbortController();
    setTimeout(() => controller.abort(late), 500);
    await assert.rejects(make({ session: visited.session, signal: controller.signal }), (thrown) => thrown === late);
  }
});

test('a document that is too large is refused with the limit named', async () => {
  await using large = await visit('/plain.html');
  await large.page.evaluate(`document.body.append(document.createComment('x'.repeat(51 * 1024 * 1024)))`);
  await assert.rejects(makeHtml({ session: large.session, withBase: true, signal: within() }), (thrown) => {
    return thrown instanceof Failure && thrown.kind === 'picture_too_large' && thrown.message.includes('50 MiB');
  });
});
