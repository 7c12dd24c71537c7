import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually, startSite } from '@shotwire/testing';
import { portTrouble } from './free-port.ts';
import { identify } from './process-table.ts';
import { type Stack, startStack } from './stack.ts';

const folder = await mkdtemp(join(tmpdir(), 'local-stack-'));
after(() => rm(folder, { recursive: true, force: true }));

const home = join(folder, 'home');
const site = await startSite();
after(() => site[Symbol.asyncDispose]());
const env = { ...process.env, EGRESS_ALLOW: '127.0.0.0/8', CHROME_SLOTS: '1' };
const start = () => startStack({ home, env, port: 0, log: () => undefined });

/** Calls the API of a stack, and again while it is not there, as after a kill. */
async function call({ url, apiKey }: Stack, path: string, body?: object) {
  return await eventually(
    async () => {
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/v1/${path}`, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
      assert.ok(answer.status < 500, `${answer.status}`);
      return (await answer.json()) as { id: string; status: string };
    },
    { timeoutMs: 30_000, everyMs: 100 },
  );
}

test('the stack takes pictures, outlives the killing of each part, ends without a trace, and continues where it was', {
  timeout: 180_000,
}, async () => {
  let id: string;
  let pids: number[];
  let port: number;
  {
    await using stack = await start();
    port = Number(new URL(stack.url).port);
    await assert.rejects(start(), /already runs on this state/);
    await assert.rejects(startStack({ home: join(folder, 'other'), env, port, log: () => undefined }), /^CannotStart: Port \d+ is in use/);

    const parts = Object.values(stack.services);
    const before = parts.map((part) => part.pid);
    for (const part of parts) part.kill('SIGKILL');
    await eventually(() => parts.every((part, index) => part.pid !== before[index] && identify(part.pid)), { timeoutMs: 30_000 });

    ({ id } = await call(stack, 'screenshots', { url: site.url }));
    await eventually(async () => assert.equal((await call(stack, `screenshots/${id}`)).status, 'completed'), {
      timeoutMs: 60_000,
      everyMs: 200,
    });
    pids = parts.map((part) => part.pid);
  }
  assert.deepEqual(
    pids.filter((pid) => identify(pid)),
    [],
  );
  assert.equal(await portTrouble(port), undefined);
  assert.deepEqual(readdirSync(home).sort(), ['archive', 'compile-cache', 'logs', 'nats', 'postgres', 'secrets.json']);

  await using again = await start();
  assert.equal((await call(again, `screenshots/${id}`)).status, 'completed');
  assert.ok(existsSync(join(home, 'lock')));
});
