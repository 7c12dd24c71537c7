import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { answers, type Behaviour, behaves, misbehaviours, startHostileReceiver, statuses } from './hostile-receivers.fixture.ts';

interface Ended {
  state: string;
  attempts: number;
  status: number | null;
  error: string | null;
  response: Buffer | null;
}

type House = Awaited<ReturnType<typeof openTestPostgres>>;

/** What became of the deliveries to a URL, oldest first, once all have ended. */
async function endsOf({ postgres }: House): Promise<Map<string, Ended[]>> {
  return eventually(async () => {
    const found = await postgres.transaction((trx) =>
      rows<Ended & { url: string }>(
        trx,
        `select d.url, d.state, d.attempts, d.last_status as status, d.last_error as error, a.response
         from deliveries d left join attempts a on a.delivery_id = d.id order by d.sequence`,
      ),
    );
    assert.ok(found.every(({ state }) => state === 'succeeded' || state === 'failed'));
    return Map.groupBy(found, ({ url }) => url);
  });
}

type Expected = [status: number | null, error: string | null, response: string | number | null];

const fine: Expected = [200, null, 'fine'];
const lost: Expected = [null, 'connection_failed', null];
const lostWithin: Expected = [200, 'connection_failed', null];

/** What each misbehaviour comes to: of a long response how many bytes are kept. */
const expected: Record<keyof typeof misbehaviours, Expected> = {
  'hangs before headers': [null, 'timeout', null],
  'drips headers': [null, 'timeout', null],
  'drips early hints': [null, 'timeout', null],
  'drips a body': [200, 'timeout', null],
  'drips chunks': [200, 'timeout', null],
  'a huge body': [200, null, 16_384],
  'a huge body of a refusal': [500, 'status', 16_384],
  'a gzip bomb': [200, null, 16_384],
  'a flood of headers': lost,
  'a reset without a byte': lost,
  'an end without a byte': lost,
  'a reset within the head': lost,
  'an end within the head': lost,
  'a reset within the body': lostWithin,
  'an end within the body': lostWithin,
  'an end within the chunks': lostWithin,
  'a half-close after the answer': fine,
  'an answer that ends with its connection': fine,
  'HTTP/1.0': fine,
  'early hints': fine,
  'another protocol': lost,
  'two answers to one request': fine,
  'two lengths': lost,
  'a length and chunks': lost,
  'chunks of no length': lostWithin,
  'invalid UTF-8': [200, null, '\xff\xfe\x00\xc3'],
  'a header with a name that is none': lost,
  'a NUL in a header': lost,
  'another service': lost,
};

const timeoutMs = 1_500;

/** One delivery to each receiver, then one more to each when it behaves again. */
async function tryAll(behaviours: readonly Behaviour[]) {
  await using rooms = new AsyncDisposableStack();
  const house = rooms.use(await openTestPostgres());
  const receivers = await Promise.all(behaviours.map(async (behaviour) => rooms.use(await startHostileReceiver(behaviour))));
  const courier = rooms.use(await openTestCourier({ ...house, schedule: [], timeoutMs, slots: 64, graceMs: 0 }));
  const tellAll = async () => {
    for (const { url } of receivers) await courier.keep(eventOf({ url }));
    const ends = await endsOf(house);
    return receivers.map(({ url }) => ends.get(url)?.at(-1));
  };
  const first = await tellAll();
  const heard = receivers.map((receiver) => receiver.heard.length);
  for (const receiver of receivers) receiver.behaveAs(behaves);
  return { first, heard, second: await tellAll() };
}

const responseOf = ({ response }: Ended, as: Expected[2]) =>
  typeof as === 'number' ? response?.length : (response?.toString('latin1') ?? null);

test('whatever a receiver does, its delivery has an outcome that says so, and the next one goes as if nothing had been', async () => {
  const names = Object.keys(misbehaviours) as (keyof typeof misbehaviours)[];
  const { first, heard, second } = await tryAll(names.map((name) => misbehaviours[name]));
  for (const [index, name] of names.entries()) {
    const [status, error, response] = expected[name];
    const ended = first[index];
    assert.ok(ended, name);
    assert.deepEqual(
      [ended.state, ended.attempts, ended.status, ended.error, responseOf(ended, response)],
      [error ? 'failed' : 'succeeded', 1, status, error, response],
      name,
    );
    assert.equal(heard[index], 1, `${name} was asked more than once`);
    const next = second[index];
    assert.deepEqual([next?.state, next?.status, next?.response?.toString()], ['succeeded', 200, 'fine'], `after ${name}`);
  }
});

test('2xx is success and nothing else is; no redirect is followed', async () => {
  const { first, heard, second } = await tryAll(statuses.map(answers));
  assert.deepEqual(
    first.map((ended) => [ended?.status, ended?.state, ended?.error, ended?.response?.toString()]),
    statuses.map((status) => {
      const body = status === 204 || status === 304 ? '' : 'no';
      return status < 300 ? [status, 'succeeded', null, body] : [status, 'failed', 'status', body];
    }),
  );
  assert.ok(heard.every((count) => count === 1));
  assert.ok(second.every((ended) => ended?.state === 'succeeded' && ended.response?.toString() === 'fine'));
});
