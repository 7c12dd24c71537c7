import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { startDnsServer } from '@shotwire/egress/testing';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { alter, ask } from './apps.fixture.ts';
import { startGate } from './gate.fixture.ts';
import { eventOf } from './notifier.fixture.ts';
import { openHouse } from './processes.fixture.ts';

/** Notifiers that are killed at each of four steps, with so many deliveries at that step. `make kill-run` kills a hundred at each. */
const KILLS = Number(process.env.NOTIFIER_KILLS ?? 7);
const IN_FLIGHT = 4;

type Scene = Awaited<ReturnType<typeof openScene>>;

/** A house, a receiver that answers when it is told to, and a name server that is silent when it is asked by the wrong one. */
async function openScene() {
  await using opening = new AsyncDisposableStack();
  const house = opening.use(await openHouse());
  const gate = opening.use(await startGate());
  const dns = opening.use(await startDnsServer({ 'receiver.test': { a: ['127.0.0.1'] } }));
  const silent = opening.adopt(createSocket('udp4'), (socket) => void socket.close());
  silent.bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const scene = opening.move();
  return {
    ...house,
    gate,
    answering: dns.address,
    silent: `127.0.0.1:${silent.address().port}`,
    startAsking: (dnsServers: string) => house.start({ DNS_SERVERS: dnsServers }),
    /** Announces events of an account of its own. */
    sayFor: (account: string) =>
      house.say(
        ...Array.from({ length: IN_FLIGHT }, () => eventOf({ url: `http://receiver.test:${gate.port}/${account}`, accountId: account })),
      ),
    /** How many deliveries of an account are in a state. */
    async count(account: string, state: string): Promise<number> {
      return (await ask(house.postgres, 'select 1 from deliveries where account_id = :account and state = :state', { account, state }))
        .length;
    },
    [Symbol.asyncDispose]: () => scene.disposeAsync(),
  };
}

/** Does something while a transaction of the test's holds locks; they are gone afterwards. */
async function holding({ postgres }: Scene, lock: (trx: Transaction) => Promise<unknown>, act: () => Promise<void>): Promise<void> {
  await postgres.transaction(async (trx) => {
    await lock(trx);
    await act();
  });
}

/** A statement of a notifier waits for a lock. */
const isWaiting = ({ postgres }: Scene, statement: string) =>
  eventually(
    async () =>
      (
        await ask(
          postgres,
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like :statement",
          { statement },
        )
      ).length > 0,
  );

const claims = (trx: Transaction) => touch(trx, "select pg_advisory_xact_lock('lane_items'::regclass::oid::bigint)");
const queue = (trx: Transaction) => rows(trx, 'select 1 from lane_items for update');

/** Brings a notifier to a step and kills it there. */
type Step = (scene: Scene, account: string) => Promise<void>;

const afterKept: Step = async (scene, account) => {
  await using notifier = await scene.startAsking(scene.answering);
  await holding(scene, claims, async () => {
    await scene.sayFor(account);
    await eventually(async () => assert.equal(await scene.count(account, 'pending'), IN_FLIGHT));
    await notifier.stop('SIGKILL');
  });
};

const afterClaim: Step = async (scene, account) => {
  // Its name server says nothing, and so no byte goes out.
  await using notifier = await scene.startAsking(scene.silent);
  await scene.sayFor(account);
  await eventually(async () => assert.equal(await scene.count(account, 'sending'), IN_FLIGHT));
  await notifier.stop('SIGKILL');
};

const inRequest: Step = async (scene, account) => {
  const before = scene.gate.requests.length;
  await using notifier = await scene.startAsking(scene.answering);
  await scene.sayFor(account);
  await eventually(() => scene.gate.requests.length === before + IN_FLIGHT);
  await notifier.stop('SIGKILL');
};

const afterAnswer: Step = async (scene, account) => {
  const before = scene.gate.requests.length;
  await using notifier = await scene.startAsking(scene.answering);
  await scene.sayFor(account);
  await eventually(() => scene.gate.requests.length === before + IN_FLIGHT);
  await holding(scene, queue, async () => {
    scene.gate.open();
    await isWaiting(scene, 'delete from lane_items%');
    await notifier.stop('SIGKILL');
  });
  scene.gate.close();
};

const steps: readonly { name: string; step: Step; lost: boolean; sent: boolean }[] = [
  { name: 'after its event was kept', step: afterKept, lost: false, sent: false },
  { name: 'after the claim and before a byte went out', step: afterClaim, lost: true, sent: false },
  { name: 'in the middle of the request', step: inRequest, lost: true, sent: true },
  { name: 'after the answer and before that is on record', step: afterAnswer, lost: true, sent: true },
];

for (const { name, step, lost, sent } of steps) {
  test(`a notifier that is killed ${name} loses nothing, ${KILLS} times with ${IN_FLIGHT} deliveries each`, async () => {
    await using scene = await openScene();
    for (let kill = 0; kill < KILLS; kill++) {
      await step(scene, `account-${kill}`);
      // What was hit is let lie until the end, so that each delivery is hit once.
      await alter(scene.postgres, "update lane_items set lease_until = now() + interval '1 hour' where claim_id is not null");
      await alter(scene.postgres, "update lane_items set due_at = now() + interval '1 hour', ripe = false where claim_id is null");
    }
    const all = KILLS * IN_FLIGHT;
    assert.equal(scene.gate.requests.length, sent ? all : 0);
    assert.equal((await ask(scene.postgres, "select 1 from attempts where outcome = 'started'")).length, lost ? all : 0);

    scene.gate.open();
    await alter(scene.postgres, "update lane_items set lease_until = now() - interval '1 s' where claim_id is not null");
    await alter(scene.postgres, 'update lane_items set due_at = now()');
    await using _survivor = await scene.startAsking(scene.answering);
    await eventually(
      async () => assert.equal((await ask(scene.postgres, "select 1 from deliveries where state = 'succeeded'")).length, all),
      { timeoutMs: 20_000 },
    );
    assert.equal((await ask(scene.postgres, 'select 1 from deliveries')).length, all);
    const histories = await ask<{ history: string }>(
      scene.postgres,
      "select distinct string_agg(outcome, ' ' order by number) as history from attempts group by delivery_id",
    );
    assert.deepEqual(histories, [{ history: lost ? 'lost succeeded' : 'succeeded' }]);
    const bodies = new Map(scene.gate.requests.map(({ webhookId, body }) => [webhookId, body]));
    assert.equal(bodies.size, all);
    assert.equal(scene.gate.requests.length, sent ? 2 * all : all);
    for (const { webhookId, body } of scene.gate.requests) assert.equal(body, bodies.get(webhookId));
  });
}
