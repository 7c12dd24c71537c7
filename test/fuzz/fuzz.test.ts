import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { operationsOf } from '../../services/gateway/src/openapi/operations-of.fixture.ts';
import { openFuzzHouse } from './house.fixture.ts';
import { createJudge } from './judge.ts';
import { requestsOf } from './requests-of.ts';

/** Of each operation; FUZZ_RUNS for a longer look. */
const runs = Number(process.env.FUZZ_RUNS ?? 40);
/** FUZZ_SEED to see the same requests again. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** All operations together, in milliseconds; what was not tried by then is left for another seed. */
const budgetMs = (40_000 * runs) / 40;

const house = await openFuzzHouse();
after(() => house[Symbol.asyncDispose]());
const { document, known, send, countRows, lines } = house;
const judge = createJudge(document);
// What deletes comes last: the others need something to find.
const operations = operationsOf(document).sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));

function differenceOf(before: Readonly<Record<string, number>>, now: Readonly<Record<string, number>>): string {
  return Object.entries(now)
    .filter(([table, count]) => count !== before[table])
    .map(([table, count]) => `${table} ${before[table]} → ${count}`)
    .join();
}

for (const described of operations) {
  const name = `${described.method.toUpperCase()} ${described.path}`;
  test(`${name}: whatever is sent, the answer is one of the document, and a no leaves nothing behind`, async (t) => {
    const statuses: Record<string, number> = {};
    let before = await countRows();
    // When the time is over, the last request is still on its way: the next operation must not find its rows.
    let last: Promise<unknown> | undefined;
    await fc.assert(
      fc.asyncProperty(requestsOf(described, { document, known }), async ({ how: _, ...sent }) => {
        const coming = send(sent);
        last = coming;
        const came = await coming;
        judge(described, came);
        statuses[came.status] = (statuses[came.status] ?? 0) + 1;
        assert.equal(came.headers['x-injected'], undefined);
        const now = await countRows();
        if (came.status >= 400) assert.deepEqual(now, before, `${came.status} left something behind: ${differenceOf(before, now)}`);
        before = now;
      }),
      {
        seed,
        numRuns: runs,
        interruptAfterTimeLimit: budgetMs / operations.length,
        markInterruptAsFailure: false,
        endOnFailure: true,
        // A request can have megabytes.
        reporter: ({ failed, counterexample, counterexamplePath, errorInstance }) => {
          if (!failed) return;
          const request = JSON.stringify(counterexample?.[0], null, 1).slice(0, 3_000);
          throw new Error(`FUZZ_SEED=${seed} (path ${counterexamplePath}) with ${request}`, { cause: errorInstance });
        },
      },
    );
    await last;
    t.diagnostic(
      `seed ${seed}: ${Object.entries(statuses)
        .map(([status, count]) => `${count} × ${status}`)
        .join(', ')}`,
    );
  });
}

test('after all of it nothing is polluted, nothing of ours failed, and the next one is served', async () => {
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  assert.deepEqual(
    lines.filter(({ level }) => level === 'error' || level === 'warn'),
    [],
  );
  const { status } = await send({
    method: 'post',
    target: '/api/v1/screenshots',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ html: 'x'.repeat(2 * 1024 * 1024) }),
  });
  assert.equal(status, 202, 'there is room for large bodies again');
});
