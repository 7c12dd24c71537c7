import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startPostgres } from '@shotwire/local';
import { eventually, type Receiver, startReceiver } from '@shotwire/testing';
import { deliveriesIn, eventOf } from '../../services/notifier/src/notifier.fixture.ts';
import { openHouse } from '../../services/notifier/src/processes.fixture.ts';

const EVENTS = 300;

/** A notifier at work on many events, with a Postgres and a NATS of its own. */
async function openLoad() {
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'notifier-restarts-'));
  opening.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));
  const settings = { fsync: 'off', full_page_writes: 'off' };
  const server = opening.use(await startPostgres({ home, path: process.env.PATH ?? '', settings, log: () => undefined }));
  const house = opening.use(await openHouse({ server: server.url }));
  const receiver = opening.use(await startReceiver({ script: [() => ({ status: 200, delayMs: 50 })] }));
  const notifier = opening.use(await house.start());
  await house.say(...Array.from({ length: EVENTS }, (_, n) => eventOf({ url: `${receiver.url}/${n}`, accountId: `account-${n % 3}` })));
  const load = opening.move();
  return {
    ...house,
    receiver,
    notifier,
    /** The server's first process dies; whoever supervises it starts it again. */
    async killPostgres() {
      const [pid] = (await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
    },
    [Symbol.asyncDispose]: () => load.disposeAsync(),
  };
}

type Load = Awaited<ReturnType<typeof openLoad>>;

async function untilAllSucceeded({ postgres, notifier }: Load): Promise<void> {
  await eventually(
    async () => {
      const found = await deliveriesIn(postgres);
      assert.equal(found.filter(({ state }) => state === 'succeeded').length, EVENTS);
      assert.equal(found.length, EVENTS);
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
  assert.ok(notifier.running, notifier.output());
}

/** One webhook-id for each event, and whatever came twice under one is the same. */
function assertOnceEach({ requests }: Receiver): void {
  const bodies = new Map<string, string>();
  const paths = new Map<string, string>();
  for (const { headers, body, path } of requests) {
    const id = String(headers['webhook-id']);
    assert.equal(bodies.get(id) ?? body.toString(), body.toString());
    assert.equal(paths.get(path) ?? id, id);
    bodies.set(id, body.toString());
    paths.set(path, id);
  }
  assert.deepEqual([bodies.size, paths.size], [EVENTS, EVENTS]);
}

test('Postgres is killed while webhooks go out, and each arrives under one webhook-id', async () => {
  await using load = await openLoad();
  await load.receiver.until(({ length }) => length >= 60);
  await load.killPostgres();
  await untilAllSucceeded(load);
  assertOnceEach(load.receiver);
});

test('NATS is killed while events come in, and each webhook arrives, sent once', async () => {
  await using load = await openLoad();
  await eventually(async () => (await deliveriesIn(load.postgres)).length > 0, { everyMs: 5 });
  await load.nats.kill();
  await load.nats.restart();
  await untilAllSucceeded(load);
  assertOnceEach(load.receiver);
  assert.equal(load.receiver.requests.length, EVENTS);
});
