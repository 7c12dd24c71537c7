import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Event } from '@shotwire/contract';
import { announce, openBus, outboxMigration, startRelay } from '@shotwire/events';
import { openPostgres } from '@shotwire/postgres';
import { createLogger } from '@shotwire/telemetry';
import { eventually, startProgram, startReceiver, startTestNats } from '@shotwire/testing';
import { attemptsIn, deliveriesIn, eventOf, openTestPostgres } from './notifier.fixture.ts';

const main = join(import.meta.dirname, 'main.ts');

/** Postgres, NATS and somebody who announces events; notifiers are started as processes of their own. */
async function openHouse() {
  await using opening = new AsyncDisposableStack();
  const { postgres, url } = opening.use(await openTestPostgres());
  const nats = opening.use(await startTestNats());
  const log = createLogger({ service: 'test', level: 'silent' });
  const bus = opening.use(openBus({ url: nats.url, name: 'test', log }));
  const capture = opening.use(await openPostgres({ url: new URL(url), pool: 2, schema: 'capture', migrations: [outboxMigration] }));
  const relay = opening.use(startRelay({ postgres: capture, bus, log }));
  const env = {
    DATABASE_URL: url,
    NATS_URL: nats.url,
    GRPC_ADDRESS: '127.0.0.1:0',
    METRICS_PORT: '0',
    EGRESS_ALLOW: '127.0.0.0/8',
    WEBHOOK_ALLOW_HTTP: '1',
    LEASE_SECONDS: '2',
    ARCHIVE_URL: 'file:///tmp/no-pictures-here',
    SECRETS_KEY: `test:${Buffer.alloc(32, 1).toString('base64')}`,
    LINKS_KEY: 'a key of these tests',
  };
  const house = opening.move();
  return {
    postgres,
    env,
    async say(event: Event) {
      await capture.transaction((trx) => announce(trx, event));
      relay.nudge();
    },
    async start() {
      const program = await startProgram({ candidates: [process.execPath], args: [main], env });
      assert.ok(program);
      await eventually(() => {
        if (!program.running) throw new Error(program.output());
        return program.output().includes('notifier is open');
      });
      return Object.assign(program, { [Symbol.asyncDispose]: () => program.stop('SIGKILL') });
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

test('an announced event arrives, and a notifier that is told to leave does', async () => {
  await using house = await openHouse();
  await using receiver = await startReceiver();
  await using notifier = await house.start();
  await house.say(eventOf({ url: receiver.url }));
  await receiver.until(({ length }) => length === 1);
  await eventually(async () => (await deliveriesIn(house.postgres))[0]?.state === 'succeeded');
  await notifier.stop('SIGTERM');
  assert.match(notifier.output(), /"reason":"SIGTERM"/);
});

test('a notifier that is killed in the middle of a POST leaves a lost attempt, and another one delivers', async () => {
  await using house = await openHouse();
  await using receiver = await startReceiver({ script: [() => ({ status: 200, hang: true }), 200] });
  await using first = await house.start();
  const event = eventOf({ url: receiver.url });
  await house.say(event);
  await receiver.until(({ length }) => length === 1);
  await first.stop('SIGKILL');
  assert.deepEqual(
    (await attemptsIn(house.postgres)).map(({ outcome }) => outcome),
    ['started'],
  );

  await using _second = await house.start();
  await receiver.until(({ length }) => length === 2);
  await eventually(async () => (await deliveriesIn(house.postgres))[0]?.state === 'succeeded');
  assert.deepEqual(
    (await attemptsIn(house.postgres)).map(({ outcome }) => outcome),
    ['lost', 'succeeded'],
  );
  const [a, b] = receiver.requests;
  assert.equal(b?.headers['webhook-id'], a?.headers['webhook-id']);
  assert.deepEqual(b?.body, a?.body);
});

test('a notifier leaves when the process that supervises it is gone', async () => {
  await using house = await openHouse();
  const child = fork(main, { env: { ...house.env, LOG_LEVEL: 'info' }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  try {
    await eventually(() => said.includes('notifier is open'));
    child.disconnect();
    assert.deepEqual(await exited, [0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
