import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startReceiver } from '@shotwire/testing';
import { attemptsIn, deliveriesIn, eventOf } from './notifier.fixture.ts';
import { openHouse } from './processes.fixture.ts';

test('a notifier that stands still past its lease with a POST in flight cannot record it afterwards; the other one does', async () => {
  await using house = await openHouse();
  // The first answer comes while its notifier stands still.
  await using receiver = await startReceiver({ script: [() => ({ status: 500, delayMs: 1_500 }), 200] });
  await using first = await house.start();
  await house.say(eventOf({ url: receiver.url }));
  await receiver.until(({ length }) => length === 1);
  process.kill(first.pid, 'SIGSTOP');
  await using second = await house.start();
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'succeeded'));
  process.kill(first.pid, 'SIGCONT');
  await eventually(() => first.output().includes('a claim was lost before its attempt could be recorded'));

  const [delivery, ...more] = await deliveriesIn(house.postgres);
  assert.deepEqual([delivery?.state, delivery?.attempts, delivery?.failures, delivery?.lastStatus, more], ['succeeded', 2, 0, 200, []]);
  assert.deepEqual(
    (await attemptsIn(house.postgres)).map(({ outcome, status }) => [outcome, status]),
    [
      ['lost', null],
      ['succeeded', 200],
    ],
  );
  const [a, b] = receiver.requests;
  assert.deepEqual([b?.headers['webhook-id'], b?.body], [a?.headers['webhook-id'], a?.body]);

  // It is as good as before.
  await second.stop('SIGKILL');
  await house.say(eventOf({ url: receiver.url }));
  await receiver.until(({ length }) => length === 3);
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[1]?.state, 'succeeded'));
});
