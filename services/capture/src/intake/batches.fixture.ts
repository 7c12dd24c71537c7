import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { type CreateBatchRequestSchema, EventSchema, FindingsSchema } from '@shotwire/contract';
import { Failure, type FailureKind } from '@shotwire/failures';
import { rows } from '@shotwire/postgres';
import { claimScreenshots } from '../sql/claim-screenshots.ts';
import { completeScreenshot, failClaimed } from '../sql/end-screenshot.ts';
import { findPage } from '../sql/find-screenshots.ts';
import { acme, type openIntake } from './intake.fixture.ts';

/** See openIntake. */
export type House = Awaited<ReturnType<typeof openIntake>>;

/** A row of a batch. */
export const page = (n: number) => ({ url: `https://example.com/${n}` });
/** So many rows of a batch. */
export const pages = (count: number) => Array.from({ length: count }, (_, n) => page(n));

/** Makes a batch of acme's. */
export async function makeBatch(
  { client }: House,
  rows: object[] = pages(3),
  more: MessageInitShape<typeof CreateBatchRequestSchema> = {},
) {
  const { batch } = await client.createBatch({ id: randomUUID(), rows, ...more }, acme);
  return batch ?? assert.fail();
}

/** A batch of acme's as it is now. */
export async function batchNow({ client }: House, { id }: { id: string }) {
  return (await client.getBatch({ id }, acme)).batch ?? assert.fail();
}

/** The rows of a batch. */
export async function rowsOf({ client }: House, { id }: { id: string }, more = {}) {
  return (await client.listScreenshots({ batchId: id, limit: 100, ...more }, acme)).screenshots;
}

const image = { mimeType: 'image/png', fileSize: 100, width: 1, height: 1, processingTimeMs: 1, reportKey: '' };
const further = { name: 'pdf', key: 'k', mimeType: 'application/pdf', fileSize: 23n, width: 0, height: 0 };
const result = { ...image, artefacts: [further], findings: create(FindingsSchema) };

/** Claims screenshots as a studio does, and gives what it may do with them. */
export async function claimSome({ postgres }: House, limit = 1) {
  const wanted = { claimId: randomUUID(), limit, roomPerLane: 1_000, leaseS: 60 };
  const claimed = await postgres.transaction((trx) => claimScreenshots(trx, wanted));
  const ending = { retentionHours: 1, newEventId: () => randomUUID() };
  const problem = { code: 'TIMEOUT', message: 'It took too long.', reportKey: null };
  return claimed.map(({ claim: held, screenshot: { id } }) => ({
    id,
    page: () => postgres.transaction((trx) => findPage(trx, id)),
    complete: () => postgres.transaction((trx) => completeScreenshot(trx, { ...ending, held, result })),
    fail: () => postgres.transaction((trx) => failClaimed(trx, { ...ending, ...problem, held })),
  }));
}

/** Completes so many of those that wait, all at once. */
export async function completeSome(house: House, count: number): Promise<void> {
  const shots = await claimSome(house, count);
  assert.deepEqual(
    await Promise.all(shots.map((shot) => shot.complete())),
    Array.from({ length: count }, () => true),
  );
}

/** Fails so many of those that wait, all at once. */
export async function failSome(house: House, count: number): Promise<void> {
  const shots = await claimSome(house, count);
  assert.deepEqual(
    await Promise.all(shots.map((shot) => shot.fail())),
    Array.from({ length: count }, () => true),
  );
}

/** The events that were announced. */
export async function eventsIn({ postgres }: House) {
  const found = await postgres.transaction((trx) => rows<{ payload: Buffer }>(trx, 'select payload from outbox order by created_at'));
  return found.map(({ payload }) => fromBinary(EventSchema, payload));
}

/** The events about a batch. */
export async function batchEventsIn(house: House, { id }: { id: string }) {
  return (await eventsIn(house)).filter(({ batch }) => batch?.id === id);
}

/** Whether what was thrown is a failure of a kind, about these fields if any are given. */
export function failsWith(kind: FailureKind, fields?: readonly string[]) {
  return (thrown: unknown) => {
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.kind, kind);
    if (fields) assert.deepEqual(Object.keys(thrown.fields ?? {}), fields);
    return true;
  };
}
