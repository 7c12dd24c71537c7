import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type ListScreenshotsRequestSchema, ScreenshotStatus } from '@shotwire/contract';
import { completeSome, failsWith, type House, makeBatch, pages } from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

async function make({ client }: House, wish: object) {
  const { screenshot } = await client.createScreenshot({ id: randomUUID(), url: 'https://example.com/', ...wish }, acme);
  return screenshot ?? assert.fail();
}
const list = ({ client }: House, filter: MessageInitShape<typeof ListScreenshotsRequestSchema>) =>
  client.listScreenshots({ limit: 100, ...filter }, acme);

test('a screenshot is found by its number, by its own account alone', async () => {
  await using house = await openIntake();
  const [first, second] = [await make(house, {}), await make(house, {})];
  assert.ok(second.number > first.number);
  assert.deepEqual((await house.client.getScreenshot({ number: first.number }, acme)).screenshot, first);
  await assert.rejects(house.client.getScreenshot({ number: first.number }, { context: { account: 'other' } }), failsWith('not_found'));
  await assert.rejects(house.client.getScreenshot({ number: 2n ** 63n - 1n }, acme), failsWith('not_found'));
});

test('each filter gives what fits it and nothing else', async () => {
  await using house = await openIntake();
  const one = await make(house, { url: 'https://example.com/a_b%c', tags: ['x', 'y'], externalId: 'mine' });
  const two = await make(house, { url: 'https://example.com/aXbYc', tags: ['y'], externalId: 'other' });
  await completeSome(house, 1);
  const cases: [MessageInitShape<typeof ListScreenshotsRequestSchema>, string[]][] = [
    [{}, [two.id, one.id]],
    [{ url: 'a_b%c' }, [one.id]],
    [{ url: "'; drop" }, []],
    [{ tag: 'x' }, [one.id]],
    [{ tag: 'y' }, [two.id, one.id]],
    [{ externalId: 'other' }, [two.id]],
    [{ status: ScreenshotStatus.COMPLETED }, [one.id]],
    [{ status: ScreenshotStatus.COMPLETED, tag: 'y', url: 'a_b', externalId: 'mine' }, [one.id]],
    [{ createdFrom: two.createdAt ?? assert.fail() }, [two.id]],
    [{ createdBefore: two.createdAt ?? assert.fail() }, [one.id]],
    [{ createdFrom: one.createdAt ?? assert.fail(), createdBefore: two.createdAt ?? assert.fail() }, [one.id]],
    [{ offset: 1 }, [one.id]],
    [{ after: one.number }, []],
    [{ batchId: 'no id' }, []],
  ];
  for (const [filter, ids] of cases)
    assert.deepEqual(
      (await list(house, filter)).screenshots.map(({ id }) => id),
      ids,
      JSON.stringify(Object.keys(filter)),
    );
});

test('the rows of a batch are walked in their order, and are in the list of all as well', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(house, pages(7));
  await make(house, {});
  const walked: number[] = [];
  let after = 0n;
  do {
    const { screenshots, next } = await list(house, { batchId: batch.id.toUpperCase(), limit: 3, after });
    walked.push(...screenshots.map(({ batchRow }) => batchRow));
    after = next;
  } while (after > 0n);
  assert.deepEqual(walked, [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(
    (await list(house, { batchId: batch.id, offset: 5 })).screenshots.map(({ batchRow }) => batchRow),
    [6, 7],
  );
  assert.equal((await list(house, {})).screenshots.length, 8);
});

test('what cannot be asked is refused by its name', async () => {
  await using house = await openIntake();
  await assert.rejects(list(house, { limit: 101 }), failsWith('validation_error', ['limit']));
  await assert.rejects(list(house, { limit: 0, offset: -1 }), failsWith('validation_error', ['limit', 'offset']));
  await assert.rejects(list(house, { createdFrom: { seconds: 10n ** 15n, nanos: 0 } }), failsWith('validation_error', ['created_from']));
});

test('what goes with a wish comes back with it, and is refused where it is too much', async () => {
  await using house = await openIntake();
  const metadata = { order: '17', 'a "b"': '漢\n' };
  const made = await make(house, { metadata, externalId: 'x', expiresIn: 3_600 });
  assert.deepEqual([made.metadata, made.externalId], [metadata, 'x']);
  const refused: [object, string][] = [
    [{ metadata: { a: 'x'.repeat(1_000), b: 'x'.repeat(1_000), c: 'x'.repeat(1_000), d: '漢'.repeat(400) } }, 'metadata'],
    [{ metadata: { a: 'nul \0' } }, 'metadata.a'],
    [{ expiresIn: 3_601 }, 'expires_in'],
    [{ expiresIn: 59 }, 'expires_in'],
    [{ externalId: 'a\nb' }, 'external_id'],
  ];
  for (const [wish, field] of refused) await assert.rejects(make(house, wish), failsWith('validation_error', [field]));
});
