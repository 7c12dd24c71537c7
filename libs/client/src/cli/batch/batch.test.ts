import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openBatches } from '../../batch/twin.fixture.ts';
import { shotwire } from '../command.fixture.ts';
import { fileNameOf } from './file-name.ts';

let home: string;
let list: string;
let out: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'client-batch-'));
  list = join(home, 'urls.txt');
  out = join(home, 'shots');
});
afterEach(() => rm(home, { recursive: true }));

const urls = ['a', 'b', 'c'].map((name) => `https://example.com/${name}?x=1`);
const [a, b, c] = urls as [string, string, string];
const sent = (twin: Awaited<ReturnType<typeof openBatches>>) =>
  twin.made().map(({ body }) => (JSON.parse(body) as { requests: { url: string }[] }).requests.map(({ url }) => url));

test('each URL of a file becomes a picture in a folder; a line tells of each', async () => {
  await using twin = await openBatches();
  await writeFile(list, `\uFEFF${a}\r\n\n# a comment\n ${b} \n${a}\n${c}`);
  const { code, stdout, stderr } = await shotwire(['batch', list, '--out', out, '--format', 'jpeg', '--width', '800'], twin);
  assert.equal(code, 0, stderr);
  assert.deepEqual(sent(twin), [urls]);
  assert.deepEqual((await readdir(out)).toSorted(), urls.map((url) => fileNameOf(url, 'jpg')).toSorted());
  assert.equal(await readFile(join(out, fileNameOf(b, 'jpg')), 'utf8'), `picture of ${b}`);
  assert.ok(stdout.includes(`saved\t${join(out, fileNameOf(b, 'jpg'))}\t${b}\n`));
  assert.equal(stderr, `3 of 3 are in ${out}.\n`);
});

test('URLs may come by the standard input', async () => {
  await using twin = await openBatches();
  assert.equal((await shotwire(['batch', '-', '--out', out], { ...twin, stdin: urls.join('\n') })).code, 0);
  assert.equal((await readdir(out)).length, 3);
});

test('what is there is not captured again; what failed is, and the exit code says that something did', async () => {
  let isUp = false;
  await using twin = await openBatches({ fate: ({ url }) => (url === b && !isUp ? 'failed' : 'completed') });
  const args = ['batch', '-', '--out', out];
  const first = await shotwire(args, { ...twin, stdin: urls.join('\n') });
  assert.equal(first.code, 1);
  assert.ok(first.stdout.includes(`failed\t${b}\tThere is no such host. (DNS_FAILED)\n`));
  isUp = true;
  assert.equal((await shotwire(args, { ...twin, stdin: urls.join('\n') })).code, 0);
  assert.equal((await shotwire(args, { ...twin, stdin: urls.join('\n') })).code, 0);
  assert.deepEqual(sent(twin), [urls, [b]]);
});

test('a command that was ended goes on with the batch that it made, and nothing is captured twice', async () => {
  await using twin = await openBatches({ fate: ({ url }, look) => (url === a || look > 3 ? 'completed' : 'pending') });
  const args = ['batch', '-', '--out', out];
  const stdin = urls.join('\n');
  const first = await shotwire(args, { ...twin, stdin, onWrite: (text, interrupt) => text.startsWith('saved') && interrupt() });
  assert.equal(first.code, 130);
  assert.match(first.stderr, /goes on from there/);
  const second = await shotwire(args, { ...twin, stdin: `${stdin}\nhttps://example.com/new` });
  assert.equal(second.code, 0);
  assert.equal(twin.batches.size, 2);
  assert.deepEqual(sent(twin), [urls, urls, ['https://example.com/new']]);
  assert.equal(twin.came.filter(({ path }) => path.endsWith('/image')).length, 4);
  assert.ok(!(await readdir(out)).some((name) => name.startsWith('.')));
});

test('with other options it begins anew', async () => {
  await using twin = await openBatches({ fate: ({ url }, look) => (url === a || look > 3 ? 'completed' : 'pending') });
  const stdin = urls.join('\n');
  await shotwire(['batch', '-', '--out', out], { ...twin, stdin, onWrite: (text, interrupt) => text.startsWith('saved') && interrupt() });
  await shotwire(['batch', '-', '--out', out, '--width', '800'], { ...twin, stdin });
  assert.deepEqual(sent(twin), [urls, [b, c]]);
});

test('an image that is gone is a row that failed; a server that breaks off ends the command, and leaves no half file', async () => {
  await using twin = await openBatches();
  twin.hooks.onImage = (response, url) => {
    if (url === a) response.writeHead(410).end('{"error":{"code":"EXPIRED","message":"It is gone."}}');
    else if (url === b) response.writeHead(200, { 'content-length': '100' }).write('pic', () => response.destroy());
    return url !== c;
  };
  const { code, stdout } = await shotwire(['batch', '-', '--out', out], { ...twin, stdin: urls.join('\n') });
  assert.equal(code, 4);
  assert.match(stdout, /It is gone\. \(EXPIRED\)/);
  assert.ok((await readdir(out)).every((name) => name === '.shotwire-batch.json' || name === fileNameOf(c, 'png')));
});

test('a person sees a bar, which leaves the screen at the end', async () => {
  await using twin = await openBatches({ fate: ({ url }) => (url === b ? 'failed' : 'completed') });
  const { stdout, stderr } = await shotwire(['batch', '-', '--out', out], { ...twin, stdin: urls.join('\n'), isTTY: true });
  assert.equal(stdout, '');
  assert.match(stderr, /█+░+ 1 of 3/);
  assert.match(stderr, /█{20,} 3 of 3, 1 failed/);
  assert.match(stderr, new RegExp(`\r\x1b\\[K2 of 3 are in ${out}, 1 failed.\n$`));
});

test('a list that is not there or has no URL in it is told as such', async () => {
  assert.equal((await shotwire(['batch', join(home, 'none.txt'), '--out', out])).code, 5);
  assert.equal((await shotwire(['batch', '-', '--out', out], { stdin: '# nothing\n' })).code, 2);
});

test('names of files are plain and short, and never lead out of the folder', () => {
  assert.match(fileNameOf('https://example.com/', 'png'), /^example\.com-[0-9a-f]{8}\.png$/);
  assert.match(fileNameOf('https://example.com/../../etc/passwd', 'png'), /^example\.com-\.\.-\.\.-etc-passwd-[0-9a-f]{8}\.png$/);
  assert.match(fileNameOf('../..', 'png'), /^-[0-9a-f]{8}\.png$/);
  assert.ok(fileNameOf(`https://example.com/${'ä/'.repeat(1000)}`, 'png').length < 110);
});
