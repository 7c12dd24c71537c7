import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { MediaType, Paper, PdfSchema } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { type Site, startSite } from '@shotwire/testing';
import type { Look } from '../page/media.ts';
import { openTestChrome } from './open-test-page.fixture.ts';
import { makePdf } from './pdf.ts';

let site: Site;
let chrome: Awaited<ReturnType<typeof openTestChrome>>;

before(async () => {
  [site, chrome] = await Promise.all([startSite(), openTestChrome()]);
});

after(async () => {
  await chrome[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const within = (ms = 20_000) => AbortSignal.timeout(ms);

interface Wish {
  options?: MessageInitShape<typeof PdfSchema>;
  look?: Partial<Look>;
}

const plain: Look = { mediaType: undefined, darkMode: false, reducedMotion: false };

/** The PDF of some HTML: its bytes, the sizes of its pages in points, what is drawn on them in the language of PDF. */
async function print(html: string, { options = {}, look = {} }: Wish = {}) {
  await using opened = await chrome.open();
  await opened.page.setContent(`<!doctype html>${html}`);
  const body = await makePdf({ ...opened, options: create(PdfSchema, options), look: { ...plain, ...look }, signal: within() });
  const text = body.toString('latin1');
  const sizes = [...text.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) =>
    [Number(width), Number(height)].map(Math.round),
  );
  const viewport = await opened.page.evaluate('[innerWidth, innerHeight, matchMedia("print").matches]');
  const isDark = await opened.page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches');
  return { body, sizes, drawn: drawingsOf(body), viewport, isDark };
}

function drawingsOf(body: Buffer): string {
  const drawings: string[] = [];
  for (let at = body.indexOf('stream\n'); at >= 0; at = body.indexOf('\nstream\n', at)) {
    at += body.subarray(at).indexOf('stream\n') + 'stream\n'.length;
    const end = body.indexOf('\nendstream', at);
    try {
      drawings.push(inflateSync(body.subarray(at, end)).toString('latin1'));
    } catch {
      // Not every stream is deflated.
    }
    at = end;
  }
  return drawings.join('\n');
}

const refuses = (kind: string, about: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof Failure);
  assert.equal(thrown.kind, kind);
  assert.match(`${thrown.message} ${JSON.stringify(thrown.fields)}`, about);
  return true;
};
const three = '<p>one</p><p style="break-before:page">two</p><p style="break-before:page">three</p>';
const red = /1 0 0 rg|1 0 0 sc/;

test('a page is printed on A4, or on the paper that is asked for', async () => {
  assert.deepEqual((await print('<p>word')).sizes, [[596, 842]]);
  assert.equal((await print('<p>word')).body.toString('latin1', 0, 5), '%PDF-');
  assert.deepEqual((await print('<p>word', { options: { paper: Paper.LETTER } })).sizes, [[612, 792]]);
  assert.deepEqual((await print('<p>word', { options: { paper: Paper.A5, landscape: true } })).sizes, [[596, 420]]);
  assert.deepEqual((await print('<p>word', { options: { width: '10in', height: '960px' } })).sizes, [[720, 720]]);
  assert.deepEqual((await print('<p>word', { options: { width: '12.7cm', height: '254mm', landscape: true } })).sizes, [[720, 360]]);
});

test('each paper has its size, in points', async () => {
  const sizes: readonly [Paper, width: number, height: number][] = [
    [Paper.A0, 2384, 3371],
    [Paper.A1, 1684, 2384],
    [Paper.A2, 1191, 1684],
    [Paper.A3, 842, 1191],
    [Paper.A5, 420, 596],
    [Paper.A6, 298, 420],
    [Paper.LEGAL, 612, 1008],
    [Paper.TABLOID, 792, 1224],
    [Paper.LEDGER, 1224, 792],
  ];
  for (const [paper, ...size] of sizes) assert.deepEqual((await print('<p>word', { options: { paper } })).sizes, [size]);
});

test('margins make room, and scale takes it', async () => {
  const long = `<p>${'word '.repeat(1_500)}</p>`;
  const pages = async (options: Wish['options']) => (await print(long, options ? { options } : {})).sizes.length;
  const usual = await pages({});
  assert.ok((await pages({ marginTop: '90mm', marginBottom: '9cm' })) > usual);
  for (const side of ['marginLeft', 'marginRight']) assert.ok((await pages({ [side]: '120mm' })) > usual, side);
  assert.ok((await pages({ scale: 2 })) > usual);
  await assert.rejects(
    print(long, { options: { marginLeft: '4in', marginRight: '5in' } }),
    refuses('validation_error', /no room between the margins/),
  );
  await assert.rejects(print(long, { options: { marginTop: '20cm', marginBottom: '20cm' } }), refuses('validation_error', /no room/));
});

test('backgrounds are printed unless they are not wanted', async () => {
  const html = '<div style="background:#f00;height:50px"></div>';
  assert.match((await print(html)).drawn, red);
  assert.doesNotMatch((await print(html, { options: { background: false } })).drawn, red);
});

test('stylesheets see print, or the screen where that is asked for, and afterwards the screen again', async () => {
  const html = '<style>@media print { div { background: #f00 } }</style><div style="height:50px"></div>';
  const printed = await print(html);
  assert.match(printed.drawn, red);
  assert.deepEqual(printed.viewport, [1280, 800, false]);
  assert.doesNotMatch((await print(html, { look: { mediaType: MediaType.SCREEN } })).drawn, red);
  assert.deepEqual((await print(html, { look: { mediaType: MediaType.PRINT } })).viewport, [1280, 800, true]);
});

test('dark mode and reduced motion are there on paper, and afterwards', async () => {
  const dark = '<style>@media (prefers-color-scheme: dark) { div { background: #f00 } }</style><div style="height:50px"></div>';
  const still = dark.replace('color-scheme: dark', 'reduced-motion');
  for (const onePage of [false, true]) {
    assert.match((await print(dark, { options: { onePage }, look: { darkMode: true } })).drawn, red);
    assert.match((await print(still, { options: { onePage }, look: { reducedMotion: true } })).drawn, red);
    assert.doesNotMatch((await print(dark, { options: { onePage }, look: { reducedMotion: true } })).drawn, red);
  }
  assert.equal((await print(dark, { look: { darkMode: true } })).isDark, true);
});

test('of the pages those that are asked for are kept, and a range that begins past the end is refused', async () => {
  const pages = async (pageRanges: string) => (await print(three, { options: { pageRanges } })).sizes.length;
  assert.equal((await print(three)).sizes.length, 3);
  assert.equal(await pages('2-3'), 2);
  assert.equal(await pages('1,3'), 2);
  assert.equal(await pages('2-99999'), 2);
  for (const range of ['4', '1,5', '9-12', '3-1', '0'])
    await assert.rejects(pages(range), refuses('validation_error', /pdf\.page_ranges.*pages that the document/));
});

test('one page is exactly as high as the document', async () => {
  const heights: [html: string, px: number][] = [
    ['<body style="margin:0"><div style="height:3000px">x</div>', 3000],
    ['<body style="margin:0"><div style="margin:50px 0;height:3000px">x</div>', 3100],
    ['<body style="margin:0"><div style="height:100vh">x</div><div style="height:1000px">y</div>', 1800],
    ['<style>html, body { height: 100%; margin: 0 }</style><div style="height:3000px">x</div>', 3000],
    ['<body style="margin:0"><div style="position:absolute;top:2500px;height:100px">x</div>', 2600],
  ];
  for (const [html, px] of heights) {
    const { sizes, viewport } = await print(html, { options: { onePage: true } });
    assert.deepEqual(sizes, [[596, px * 0.75]], html);
    assert.deepEqual(viewport, [1280, 800, false], html);
  }
  const narrow = '<body style="margin:0"><div style="height:3000px">x</div>';
  assert.deepEqual((await print(narrow, { options: { onePage: true, width: '480px' } })).sizes, [[360, 2250]]);
  assert.equal((await print(three, { options: { onePage: true } })).sizes.length, 1);
  const named = `<body style="margin:0"><form style="height:100vh"><input name="style"><input name="getBoundingClientRect"></form>${three}`;
  assert.equal((await print(named, { options: { onePage: true } })).sizes.length, 1);
  const text = `<h1>Title</h1>${'<p>Some words of a text that goes on.</p>'.repeat(200)}`;
  assert.equal((await print(text, { options: { onePage: true, marginTop: '10mm' } })).sizes.length, 1);
  const wide = '<body style="margin:0;width:1000px"><div style="height:3000px">x</div>';
  assert.deepEqual((await print(wide, { options: { onePage: true } })).sizes.length, 1);
});

test('one page of 40,000 pixels is past the limit of PDF, and within it when it is scaled', async () => {
  const html = '<body style="margin:0"><div style="height:40000px">x</div>';
  await assert.rejects(
    print(html, { options: { onePage: true } }),
    refuses('picture_too_large', /416\.7 inches long; pdf takes at most 200/),
  );
  await assert.rejects(print('', { options: { width: '201in', height: '10in' } }), refuses('picture_too_large', /at most 200/));
  assert.deepEqual((await print(html, { options: { onePage: true, scale: 0.4 } })).sizes, [[596, 12_000]]);
});

test('header and footer are on each page', async () => {
  const headerTemplate = '<div style="background:#f00;-webkit-print-color-adjust:exact;width:100%;height:20px"></div>';
  assert.doesNotMatch((await print(three)).drawn, red);
  assert.match((await print(three, { options: { headerTemplate } })).drawn, red);
  assert.match((await print(three, { options: { footerTemplate: headerTemplate } })).drawn, red);
});

test('a template reaches nothing, and what would take the page down is refused', async () => {
  const load = `<img src="${site.url}/t1"><i style="background:url(${site.url}/t2)">x</i><iframe src="${site.url}/t3"></iframe>
    <img src=x onerror="fetch('${site.url}/t4');new WebSocket('${site.url.replace('http', 'ws')}/t5')">
    <meta http-equiv=refresh content="0;url=${site.url}/t6"><svg><image href="${site.url}/t7"/></svg><script>fetch('${site.url}/t8')</script>`;
  await using opened = await chrome.open();
  const make = (headerTemplate: string) =>
    makePdf({ ...opened, options: create(PdfSchema, { headerTemplate }), look: plain, signal: within() });
  assert.ok((await make(load)).length > 0);
  assert.deepEqual(opened.asked(), []);
  for (const template of ['<link rel=stylesheet href="/a.css">', '<style>@IMPORT "/a.css"</style>']) {
    await assert.rejects(make(template), refuses('validation_error', /pdf\.header_template.*stylesheets/));
  }
  // The same, in a page: it is the template that reaches nothing.
  await opened.page.goto(`${site.url}/plain.html`);
  await opened.page.setContent(load);
  assert.ok(site.hits('/t1') > 0);
});

test('a page that loops for ever ends with the signal', async () => {
  for (const onePage of [false, true]) {
    await using opened = await chrome.open();
    opened.page.evaluate('for (;;);').catch(() => undefined);
    const late = new Failure('timeout');
    const controller = new AbortController();
    setTimeout(() => controller.abort(late), 500);
    const options = create(PdfSchema, { onePage });
    await assert.rejects(makePdf({ ...opened, options, look: plain, signal: controller.signal }), (thrown) => thrown === late);
  }
});
