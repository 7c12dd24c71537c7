import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { createRpcClient } from './index.ts';
import { Mirror, openMirror } from './mirror.fixture.ts';

const isFailure = (kind: string) => (thrown: unknown) => thrown instanceof Failure && thrown.kind === kind;

test('a failure arrives with its kind, sentence, fields and time to wait', async () => {
  const fields = { url: ['must be http or https', 'ist zu läng'], width: ['must be 320 to 3840'] };
  await using house = await openMirror({
    async reflect() {
      throw new Failure('validation_error', { says: 'Zwei Felder sind nicht gültig: 100 %.', fields, retryAfterS: 7 });
    },
  });
  await assert.rejects(house.client.reflect({}), (thrown) => {
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.kind, 'validation_error');
    assert.equal(thrown.message, 'Zwei Felder sind nicht gültig: 100 %.');
    assert.deepEqual(thrown.fields, fields);
    assert.equal(thrown.retryAfterS, 7);
    return true;
  });
});

test('a failure too large for its metadata arrives with the fields that fit', async () => {
  const fields = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`field_${n}`, ['x'.repeat(100)]]));
  await using house = await openMirror({
    async reflect() {
      throw new Failure('validation_error', { says: `\ud800${'y'.repeat(100_000)}`, fields });
    },
  });
  await assert.rejects(house.client.reflect({}), (thrown) => {
    assert.ok(thrown instanceof Failure && thrown.kind === 'validation_error');
    assert.deepEqual(thrown.fields?.field_0, fields.field_0);
    assert.equal(thrown.message.length, 2000);
    return true;
  });
});

test('an unknown error leaks nothing to the caller, and is logged with its cause and request id', async () => {
  await using house = await openMirror({
    async reflect() {
      throw Object.assign(new Error('secret table accounts at 10.0.0.5', { cause: new Error('root') }), { code: 3, details: 'secret' });
    },
  });
  await assert.rejects(house.client.reflect({}, { context: { requestId: 'req_9' } }), (thrown) => {
    assert.ok(thrown instanceof Failure && thrown.kind === 'internal');
    const { metadata, ...said } = thrown.cause as { metadata: { toJSON(): object } };
    assert.doesNotMatch(JSON.stringify([thrown.message, said, metadata.toJSON()]), /secret|10\.0/);
    assert.doesNotMatch(String(thrown.cause), /secret/);
    return true;
  });
  const line = house.lines.find(({ level }) => level === 'error') as {
    requestId?: string;
    err?: { cause?: { message: string; cause?: object } };
  };
  assert.equal(line.requestId, 'req_9');
  assert.equal(line.err?.cause?.message, 'secret table accounts at 10.0.0.5');
  assert.ok(line.err?.cause?.cause);
});

test('a server that is not there is unavailable, soon', async () => {
  const address = await openMirror().then(async (house) => {
    await house[Symbol.asyncDispose]();
    return house.server.address;
  });
  using client = createRpcClient(Mirror, { address, defaultTimeoutMs: 10_000 });
  const startedMs = Date.now();
  await assert.rejects(client.reflect({}), isFailure('unavailable'));
  assert.ok(Date.now() - startedMs < 3000);
});

test('a handler that says unavailable is not asked again', async () => {
  let calls = 0;
  await using house = await openMirror({
    async reflect() {
      calls += 1;
      throw new Failure('unavailable', { cause: new Error('postgres is down') });
    },
  });
  await assert.rejects(house.client.reflect({}), isFailure('unavailable'));
  assert.equal(calls, 1);
  assert.ok(house.lines.some(({ level, err }) => level === 'warn' && JSON.stringify(err).includes('postgres is down')));
});
