import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, freePort, type ReceivedRequest } from '@shotwire/testing';
import { Webhook } from 'standardwebhooks';
import { openHouse } from '../journeys/house.fixture.ts';
import { languages, type StartReceiver, whyNot } from './languages.ts';

/** A secret as libraries of Standard Webhooks take it; both the text and the key of apps made here. */
const secret = `whsec_${Buffer.from('a secret of thirty-two bytes....').toString('base64')}`;

let house: Awaited<ReturnType<typeof openHouse>>;
let folder: string;

before(async () => {
  // The receivers listen where the machine has room for them.
  house = await openHouse({ env: { EGRESS_ALLOW: '127.0.0.1/32' } });
  folder = await mkdtemp(join(tmpdir(), 'receivers-'));
});
after(async () => {
  await house[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A program that listens, and where it puts images. */
async function openProgram(start: StartReceiver, env: Record<string, string>) {
  const [port, saveTo] = [await freePort(), await mkdtemp(join(folder, 'images-'))];
  const url = `http://127.0.0.1:${port}/`;
  const { PATH = '', HOME = '' } = process.env;
  const program = await start({
    port,
    folder,
    env: { PATH, HOME, PORT: String(port), SAVE_TO: saveTo, SHOTWIRE_URL: house.stack.url, ...env },
  });
  await eventually(async () => assert.equal((await fetch(url)).status, 405, program.output()), { timeoutMs: 30_000 });
  return {
    url,
    saved: (id: string) => join(saveTo, `${id}.png`),
    output: program.output,
    [Symbol.asyncDispose]: () => program.stop(),
  };
}

type OpenProgram = Awaited<ReturnType<typeof openProgram>>;

async function assertSaved(program: OpenProgram, id: string): Promise<void> {
  const image = await readFile(program.saved(id));
  assert.equal(image.toString('latin1', 1, 4), 'PNG');
}

async function assertDelivered(program: OpenProgram, id: string): Promise<void> {
  await eventually(async () => assert.equal((await house.see(id)).webhook?.state, 'succeeded', program.output()), { timeoutMs: 30_000 });
}

type Headers = Record<string, string>;

/** A webhook that this house has sent, to be sent by whoever has seen it. */
interface Genuine {
  id: string;
  headers: Headers;
  body: string;
}

function genuineOf({ headers, body }: ReceivedRequest, id: string): Genuine {
  const told = Object.entries(headers).filter(([name]) => /^(content-type$|webhook-|x-)/.test(name));
  return { id, body: body.toString(), headers: Object.fromEntries(told.map(([name, value]) => [name, String(value)])) };
}

/** Sends it as it was, forged in each way that there is, and twice. */
async function assertGuarded(program: OpenProgram, { id, headers, body }: Genuine, key: string): Promise<void> {
  const post = async (sent: { headers?: Headers; body?: string }) =>
    (await fetch(program.url, { method: 'POST', headers: { ...headers, ...sent.headers }, body: sent.body ?? body })).status;
  const signedAt = (ms: number) => {
    const at = new Date(ms);
    return {
      'webhook-timestamp': String(Math.floor(ms / 1000)),
      'webhook-signature': new Webhook(key).sign(String(headers['webhook-id']), at, body),
    };
  };

  assert.equal(await post({ body: body.replace('screenshot.completed', 'screenshot.forged') }), 401, 'another body');
  assert.equal(await post({ headers: signedAt(Date.now() - 310_000) }), 401, 'an old one');
  assert.equal(await post({ headers: signedAt(Date.now() + 310_000) }), 401, 'one from the future');
  assert.equal(await post({ headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 60) } }), 401, 'another time');
  assert.equal(await post({ headers: { 'webhook-signature': '' } }), 401, 'no signature');
  assert.equal(await post({ headers: { 'webhook-signature': 'v1,AAAA v1a,AAAA x' } }), 401, 'no good signature');
  await assert.rejects(access(program.saved(id)), 'nothing was downloaded for any of them');

  assert.equal(await post({}), 204, program.output());
  await assertSaved(program, id);
  await rm(program.saved(id));
  assert.equal(await post({}), 204);
  await assert.rejects(access(program.saved(id)), 'the second time it is known');
}

// All of them before the first test: hooks run once nothing more seems to come.
const tried = await Promise.all(languages.map(async (language) => ({ ...language, skip: await whyNot(language) })));

for (const { name, start, skip } of tried) {
  test(`the receiver of a webhook_url in ${name} takes what is genuine and refuses what is not`, { skip }, async () => {
    const { webhook_secret: key } = (await (await house.get('/api/v1/account/signing-secret')).json()) as { webhook_secret: string };
    await using program = await openProgram(start('run'), { WEBHOOK_SECRET: `${secret},${key}`, SHOTWIRE_API_KEY: house.stack.apiKey });
    const { id } = await house.ask({ url: `${house.site.url}/plain.html?run=${name}`, webhook_url: program.url });
    await assertDelivered(program, id);
    await assertSaved(program, id);
    await assertGuarded(program, await seen({ webhook_url: house.receiver.url }), key);
  });

  test(`the receiver of an app of profile center in ${name} takes what is genuine and refuses what is not`, { skip }, async () => {
    await using program = await openProgram(start('center'), { WEBHOOK_SECRET: secret });
    const app = await house.createCenterApp({ url: program.url, secret });
    const { id } = await house.ask({ url: `${house.site.url}/plain.html?center=${name}`, apps: [app.id] });
    await eventually(() => assertSaved(program, id), { timeoutMs: 30_000 });

    const twin = await house.createCenterApp({ url: house.receiver.url, secret });
    const genuine = await seen({ apps: [twin.id] });
    await assertGuarded(program, genuine, secret);
    const again = { method: 'POST', headers: { ...genuine.headers, 'x-signature': `sha256=${'0'.repeat(64)}` }, body: genuine.body };
    assert.equal((await fetch(program.url, again)).status, 401, 'another X-Signature');
  });
}

test('the receiver in Node needs no secret: the public keys of the installation tell what is genuine', async () => {
  const node = languages.find(({ name }) => name === 'Node') ?? assert.fail();
  await using program = await openProgram(node.start('run'), { SHOTWIRE_API_KEY: house.stack.apiKey });
  const { id } = await house.ask({ url: `${house.site.url}/plain.html?v1a`, webhook_url: program.url });
  await assertDelivered(program, id);
  await assertSaved(program, id);
  await assertGuarded(program, await seen({ webhook_url: house.receiver.url }), secret);
});

/** A webhook of another screenshot, as somebody else saw it on its way. */
async function seen(destination: object): Promise<Genuine> {
  const { receiver, site } = house;
  const { id } = await house.ask({ url: `${site.url}/plain.html?seen`, ...destination });
  const found = () => receiver.requests.find(({ body }) => body.includes(id));
  await receiver.until(() => found() !== undefined, { timeoutMs: 30_000 });
  return genuineOf(found() ?? assert.fail(), id);
}
