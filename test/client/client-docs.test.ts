import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually, freePort, startProgram } from '@shotwire/testing';
import { shotwire as command } from '../../libs/client/src/cli/command.fixture.ts';
import { exitCodes } from '../../libs/client/src/cli/exit-codes.ts';
import { letterOf } from '../../libs/client/src/cli/listen/letter.ts';
import { Shotwire, verifyWebhook } from '../../libs/client/src/index.ts';
import { openHouse } from '../journeys/house.fixture.ts';
import { installClient } from './installed.fixture.ts';

const text = await readFile(new URL('../../docs/client.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/^```(bash|js)(?: (\w+))?\n([\s\S]*?)^```$/gm)].map((found) => {
  const [, language, name, code = ''] = found;
  return { language, name, code, line: text.slice(0, found.index).split('\n').length };
});

let house: Awaited<ReturnType<typeof openHouse>>;
let home: string;
before(async () => {
  [house, home] = await Promise.all([openHouse(), installClient()]);
});
after(async () => {
  await house[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const here = (code: string) => code.replaceAll('https://example.com', `${house.site.url}/plain.html`);
const envOf = () => ({ PATH: process.env.PATH ?? '', HOME: home, SHOTWIRE_URL: house.stack.url, SHOTWIRE_API_KEY: house.stack.apiKey });

async function run({ language, code }: (typeof blocks)[number]): Promise<string> {
  const file = join(home, language === 'js' ? 'block.mjs' : 'block.sh');
  await writeFile(file, here(code));
  const [program, ...args] = language === 'js' ? [process.execPath, file] : ['bash', '-euo', 'pipefail', file];
  return (await promisify(execFile)(program as string, args, { cwd: home, env: envOf() })).stdout;
}

/** Whether the server has an address already: what is documented before it is there waits for it. */
async function has(path: string): Promise<boolean> {
  const { paths } = (await (await fetch(`${house.stack.url}/openapi.json`)).json()) as { paths: object };
  return path in paths;
}

for (const block of blocks.filter(({ name }) => name !== 'receiver'))
  test(`docs/client.md:${block.line} works`, async () => {
    const said = await run(block);
    if (block.code.includes('nowhere.example.com')) assert.match(said, /^DNS_[A-Z_]+ \S/);
  });

test('the pictures are there', async () => {
  const firstBytes = async (name: string) => (await readFile(join(home, name))).subarray(0, 4).toString('latin1');
  assert.equal(await firstBytes('example.png'), '\x89PNG');
  assert.equal(await firstBytes('hello.png'), '\x89PNG');
  assert.equal(await firstBytes('example.jpg'), '\xff\xd8\xff\xe0');
  assert.equal((await readdir(join(home, 'shots'))).filter((name) => name.endsWith('.webp')).length, 2);
});

test('the receiver takes what is genuine, and nothing else', async () => {
  const port = await freePort();
  const file = join(home, 'receiver.mjs');
  await writeFile(file, (blocks.find(({ name }) => name === 'receiver')?.code ?? '').replace('3000', String(port)));
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const event = { id: '1', type: 'screenshot.completed', data: { id: 's1' } };
  const { headers, body } = letterOf(event, { secret, nowMs: Date.now() });
  const program = await startProgram({ candidates: [process.execPath], args: [file], env: { WEBHOOK_SECRET: secret } });
  try {
    const post = async (said: string) => (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body: said })).status;
    await eventually(async () => assert.equal(await post(body), 204));
    assert.equal(await post(`${body} `), 400);
  } finally {
    await program?.stop();
  }
});

test('what is captured is heard of, and forwarded to a handler that verifies it', async (t) => {
  if (!(await has('/api/v1/events'))) return t.skip('the server has no stream of events yet');
  const shotwire = new Shotwire({ baseUrl: house.stack.url, apiKey: house.stack.apiKey });
  const { webhook_secret: secret } = await shotwire.call('get', '/api/v1/account/signing-secret');
  const args = ['listen', '--forward', `${house.receiver.url}/hook`];
  const captured = Promise.withResolvers<string>();
  const onWrite = (text: string, interrupt: () => void) => {
    if (text.startsWith('Listening')) void house.ask({ url: `${house.site.url}/plain.html` }).then(({ id }) => captured.resolve(id));
    if (text.includes('taken')) interrupt();
  };
  const { code, stdout } = await command(args, { url: house.stack.url, env: { SHOTWIRE_API_KEY: house.stack.apiKey }, onWrite });
  assert.equal(code, 130);
  const id = await captured.promise;
  assert.match(stdout, new RegExp(`screenshot\\.completed {2}${id}`));
  const [{ body, headers } = {} as never] = house.receiver.requests.filter(({ path }) => path === '/hook');
  const { type, payload } = await verifyWebhook({ body, headers, secret });
  assert.deepEqual([type, (payload as { data: { id: string } }).data.id], ['screenshot.completed', id]);
});

test('the exit codes of the page are those of the command line', () => {
  for (const { code, says } of Object.values(exitCodes)) assert.ok(text.includes(`| ${code} | ${says} |`), says);
});
