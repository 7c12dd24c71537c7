import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually } from '@shotwire/testing';
import { noFfmpeg } from '../../services/capture/src/chrome/film/probe.fixture.ts';
import { type Document, operationsOf } from '../../services/gateway/src/openapi/operations-of.fixture.ts';
import { openHouse } from '../journeys/house.fixture.ts';
import { type Block, blocksOf, callOf } from './blocks.ts';

const text = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
const blocks = blocksOf(text);

/** What is not there at once: it is asked for again. */
const notYet = new Set(['NOT_READY', 'NOT_ENDED', 'DELIVERY_BUSY']);

let house: Awaited<ReturnType<typeof openHouse>>;
let folder: string;
const env: Record<string, string> = { PATH: process.env.PATH ?? '' };

before(async () => {
  house = await openHouse({ names: { 's3.eu-central-1.amazonaws.com': { a: ['93.184.215.14'] } } });
  folder = await mkdtemp(join(tmpdir(), 'api-docs-'));
  Object.assign(env, { SHOTWIRE_URL: house.stack.url, SHOTWIRE_API_KEY: house.stack.apiKey });
});
after(async () => {
  await house[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a block as it stands, but that example.com is the site of these tests; gives its status and its answer. */
async function run({ script }: Block): Promise<{ status: number; answer: string }> {
  const here = script
    .replaceAll('https://hooks.example.com', house.receiver.url)
    .replaceAll('https://example.com', `${house.site.url}/plain.html`);
  // 28: the time was over, as it always is for what has no end. What has not begun by then has no status.
  const curl = `curl() { command curl --silent --show-error --max-time 30 --write-out '%{stderr}status %{http_code}' "$@" || [ $? = 28 ]; }`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', `${curl}\n${here}`], { cwd: folder, env });
  const [, file] = / -o (\S+)/.exec(script) ?? [];
  const answer = file ? await readFile(join(folder, file), 'latin1') : stdout;
  return { status: Number(/status (\d{3})$/.exec(stderr)?.[1]), answer };
}

for (const block of blocks) {
  const { method, path } = callOf(block);
  const skip = block.script.includes('"video"') && noFfmpeg;
  test(`docs/api.md:${block.line}: ${method.toUpperCase()} ${path} answers ${block.status}`, { skip }, async () => {
    for (const [, name = ''] of block.script.replace(/^#.*/, '').matchAll(/\$([A-Z_]+)/g))
      assert.ok(env[name], `nothing above has given $${name}`);
    const { status, answer } = await eventually(
      async () => {
        const came = await run(block);
        const json = came.answer.startsWith('{') ? JSON.parse(came.answer) : {};
        assert.ok(!notYet.has(json.error?.code), came.answer);
        // A delivery is there a moment after what it is about.
        assert.ok(block.keeps !== 'DELIVERY_ID' || json.data?.length > 0, came.answer);
        return came;
      },
      { timeoutMs: 30_000 },
    );
    assert.equal(status, block.status, answer);
    if (block.keeps === undefined) return;
    const { id, url, data } = JSON.parse(answer);
    env[block.keeps] = id ?? url ?? data[0].id;
  });
}

test('every operation of the document is shown by a curl', async () => {
  const document = (await (await fetch(`${house.stack.url}/openapi.json`)).json()) as Document;
  const shown = blocks.map(callOf);
  const missing = operationsOf(document).filter(({ method, path }) => {
    const fits = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    return !shown.some((one) => one.method === method && fits.test(one.path));
  });
  assert.deepEqual(
    missing.map(({ method, path }) => `${method.toUpperCase()} ${path}`),
    [],
  );
});

test('a block that does not say what it answers is refused, and so is one that answers something else', async () => {
  assert.throws(() => blocksOf('```bash\ncurl "$SHOTWIRE_URL"\n```\n'), /docs\/api\.md:1 does not begin/);
  const [wrong] = blocksOf('```bash\n# 200: nothing\ncurl "$SHOTWIRE_URL/nowhere"\n```\n');
  assert.equal((await run(wrong as Block)).status, 404);
});
