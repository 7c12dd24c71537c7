import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { eventually, startReceiver } from '@shotwire/testing';
import { attemptsIn, deliveriesIn, eventOf } from './notifier.fixture.ts';
import { main, openHouse } from './processes.fixture.ts';

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
