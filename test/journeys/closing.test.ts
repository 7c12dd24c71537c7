import assert from 'node:assert/strict';
import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { openHouse } from './house.fixture.ts';

test('the house closes without losing a job, within ten seconds, and goes on where it was', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'journey-closing-'));
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));
  const asked: string[] = [];
  {
    await using house = await openHouse({ home });
    const { stack, site } = house;
    // Some quick, some that outlast the patience of a closing house.
    for (let n = 0; n < 20; n += 1) asked.push((await house.ask({ url: `${site.url}/${n % 4 ? 'plain.html' : 'slow?ms=8000'}` })).id);
    const began = performance.now();
    await stack[Symbol.asyncDispose]();
    assert.ok(performance.now() - began < 10_000);
    assert.deepEqual(await Array.fromAsync(glob('tmp/*', { cwd: home })), [], 'no temporary profile is left');
    await assert.rejects(fetch(stack.url));
  }
  await using again = await openHouse({ home });
  // The site has another port now: what was not captured before cannot be any more, but each must end.
  await eventually(
    async () => {
      const seen = await Promise.all(asked.map((id) => again.see(id)));
      assert.deepEqual(
        seen.filter(({ status }) => status !== 'completed' && status !== 'failed'),
        [],
      );
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
});

test('Postgres that is down is an answer, and nothing is accepted and lost', async () => {
  await using house = await openHouse();
  const { stack, site } = house;
  const accepted: string[] = [];
  stack.services.postgres.kill('SIGKILL');
  const refused = await eventually(async () => {
    const response = await house.post({ url: `${site.url}/plain.html` });
    if (response.status === 202) accepted.push(((await response.json()) as { id: string }).id);
    return response.status !== 202 && response;
  });
  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'UNAVAILABLE');
  await eventually(async () => {
    const response = await house.post({ url: `${site.url}/plain.html` });
    assert.equal(response.status, 202);
    accepted.push(((await response.json()) as { id: string }).id);
  });
  for (const id of accepted) assert.equal((await house.end(id)).status, 'completed');
});
