import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { Postgres } from '@shotwire/postgres';
import { eventually, type ReceivedRequest, startReceiver } from '@shotwire/testing';
import { alter, ask, keepWebhookApp, makeAllDue, ofCenter, oldSecret, sealSecret } from '../apps.fixture.ts';
import { deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { rotateSecret } from '../sql/secrets.ts';

const newSecret = 'the new secret of these tests';

const rotate = (postgres: Postgres, owner: string, overlapS: number) =>
  postgres.transaction((trx) => rotateSecret(trx, { ...sealSecret(owner, newSecret), overlapS }));

/** Whose of the two keys signed a webhook, the first signature first. */
function signersOf({ headers, body }: ReceivedRequest): string[] {
  const signatures = String(headers['webhook-signature']).split(' ');
  const input = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const by = (key: string) => `v1,${createHmac('sha256', key).update(input).digest('base64')}`;
  const known = new Map([
    [by(oldSecret), 'old'],
    [by(newSecret), 'new'],
  ]);
  return signatures.filter((one) => one.startsWith('v1,')).map((one) => known.get(one) ?? 'unknown');
}

/** Whose key signed the body alone. */
function legacySignerOf({ headers, body }: ReceivedRequest): string {
  const by = (key: string) => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  return headers['x-signature'] === by(oldSecret) ? 'old' : headers['x-signature'] === by(newSecret) ? 'new' : 'unknown';
}

test('a retry is signed with the keys that are valid when it goes out: before the end by both, after it by the new one', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500] });
  await using courier = await openTestCourier(house);
  const id = await keepWebhookApp(house.postgres, { ...ofCenter, url: receiver.url, schedule: [3_600, 3_600, 3_600] });
  const attempt = async (number: number) => {
    await makeAllDue(house.postgres);
    await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.failures, number));
    return receiver.requests[number - 1] as ReceivedRequest;
  };
  await courier.keep(eventOf({ apps: { [id]: '' } }));
  const first = await attempt(1);
  assert.deepEqual([signersOf(first), legacySignerOf(first)], [['old'], 'old']);

  await rotate(house.postgres, id, 3_600);
  const second = await attempt(2);
  assert.deepEqual([signersOf(second), legacySignerOf(second)], [['new', 'old'], 'old']);

  await alter(house.postgres, 'update secrets set expires_at = now() where expires_at is not null');
  const third = await attempt(3);
  assert.deepEqual([signersOf(third), legacySignerOf(third)], [['new'], 'new']);
  assert.deepEqual(new Set([first, second, third].map(({ body }) => String(body))).size, 1);
});

test('at the edge of the overlap there is no webhook without a key and none with one whose time is over', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  await using courier = await openTestCourier(house);
  const id = await keepWebhookApp(house.postgres, { url: receiver.url });
  const until = (await rotate(house.postgres, id, 1)) ?? assert.fail('there was an old secret');
  const say = () => courier.keep(eventOf({ apps: { [id]: '' } }));
  const isOver = async () =>
    (await ask(house.postgres, "select 1 where now() > :until::timestamptz + interval '0.3 s'", { until })).length > 0;
  do await say();
  while (!(await isOver()));
  await eventually(async () => assert.ok((await deliveriesIn(house.postgres)).every(({ state }) => state === 'succeeded')));
  // The keys are those at the beginning of the transaction in which the attempt began, a moment before the attempt itself.
  const begun = await ask<{ id: string; side: string }>(
    house.postgres,
    `select webhook_id as id, case when started_at < :until::timestamptz then 'before' when started_at < :until::timestamptz + interval '0.2 s' then 'edge' else 'after' end as side
     from attempts a join deliveries d on d.id = a.delivery_id`,
    { until },
  );
  const sides = new Map(begun.map((one) => [one.id, one.side]));
  const signers = { before: new Set<string>(), edge: new Set<string>(), after: new Set<string>() };
  for (const request of receiver.requests) {
    signers[sides.get(String(request.headers['webhook-id'])) as keyof typeof signers].add(signersOf(request).join());
  }
  assert.deepEqual([[...signers.before], [...signers.after]], [['new,old'], ['new']]);
  for (const one of signers.edge) assert.match(one, /^new(,old)?$/);
});

test('a secret that is replaced without overlap signs nothing more', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  await using courier = await openTestCourier(house);
  const id = await keepWebhookApp(house.postgres, { ...ofCenter, url: receiver.url });
  await rotate(house.postgres, id, 0);
  await courier.keep(eventOf({ apps: { [id]: '' } }));
  await receiver.until(({ length }) => length === 1);
  const [request] = receiver.requests;
  assert.ok(request);
  assert.deepEqual([signersOf(request), legacySignerOf(request)], [['new'], 'new']);
});
