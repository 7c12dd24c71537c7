import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type House, openHouse } from '../bench/house.ts';
import { bringPages } from '../bench/pages.ts';
import { openSite } from '../bench/site.ts';
import { drawSheet } from './draw-sheet.ts';
import { type Tile, tiles } from './tiles.ts';

const LIMIT_MS = 600_000;
const SLOTS = 2;
const docs = join(import.meta.dirname, '../../docs');

const log = (line: string) => console.error(line);
const leaving = new AbortController();
// Every time: a Ctrl-C arrives twice, from the terminal and from make, and the second must not end what cleans up.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort(new Error(`ended by ${name}`)));
const late = setTimeout(() => leaving.abort(new Error(`not done within ${LIMIT_MS / 1000} s`)), LIMIT_MS);

try {
  const { signal } = leaving;
  await bringPages({ log, signal });
  await using site = await openSite();
  log('starting Shotwire');
  await using house = await openHouse({ env: process.env, slots: SLOTS, sitePorts: [site.port], log, signal });
  log(`capturing ${tiles.length} pages`);
  const pictures = await Promise.all(tiles.map((tile) => take({ tile, house, siteUrl: site.url })));
  const sheet = await drawSheet(pictures);
  await writeFile(join(docs, 'contact-sheet.webp'), sheet);
  await writeFile(join(docs, 'contact-sheet.md'), describe());
  log(`docs/contact-sheet.webp has ${Math.round(sheet.length / 1024)} KiB`);
} finally {
  clearTimeout(late);
}

/** Has one tile captured as any client would. */
async function take({ tile: { wish, caption }, house, siteUrl }: { tile: Tile; house: House; siteUrl: string }) {
  const { id, problem } = await house.capture(typeof wish.url === 'string' ? { ...wish, url: siteUrl + wish.url } : wish);
  if (problem) throw new Error(`${caption}: ${problem}`);
  return { caption, body: await house.image(id) };
}

function describe(): string {
  const requests = tiles.map(({ caption, wish }, at) => {
    // Options first: the page itself is the longest.
    const { url, html, markdown, ...options } = wish;
    const source = url === undefined ? { html: html && '…', markdown: markdown && '…' } : { url };
    return `| ${at + 1} | ${caption} | \`${JSON.stringify({ ...source, ...options }).replaceAll('|', '\\|')}\` |`;
  });
  return `# Contact sheet

What \`POST /api/v1/screenshots\` makes of real pages. \`make contact-sheet\` captures them anew, through the API, and writes this page.

![Two dozen pictures of web pages](contact-sheet.webp)

The pages are those of AdminLTE 3.2.0 and pages with Bootstrap 5.3.3, swagger-ui 5.17.14 and reveal.js 5.2.1 in test/site.
The texts of \`html\` and \`markdown\` stand in test/contact-sheet/tiles.ts.

|  |  | request |
| --- | --- | --- |
${requests.join('\n')}
`;
}
