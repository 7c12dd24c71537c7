import { randomBytes, randomUUID } from 'node:crypto';
import { DeskService } from '@shotwire/contract';
import { createGuard, createResolver, parseAllowEntry } from '@shotwire/egress';
import { type DnsRecord, startDnsServer } from '@shotwire/egress/testing';
import { Failure } from '@shotwire/failures';
import { enqueue, priorities } from '@shotwire/lanes';
import { type Postgres, rows, touch } from '@shotwire/postgres';
import { createRpcClient, startRpcServer } from '@shotwire/rpc';
import { createLogger, createMetrics } from '@shotwire/telemetry';
import { laneOfApp } from '../core/lane.ts';
import { webhookIdOf } from '../core/signature.ts';
import { openTestPostgres, testSealer } from '../notifier.fixture.ts';
import { desk } from './desk.ts';
import type { TestOutcome, TestRequest } from './parts.ts';

interface DeskWish {
  /** As EGRESS_ALLOW. */
  allow?: readonly string[];
  allowHttp?: boolean;
  /** Names beside receiver.test and store.test, which are somewhere in the open. */
  names?: Record<string, DnsRecord>;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** How requests that are sent by hand go. */
  outcome?: TestOutcome;
}

/** Nobody is asked at this address: it is only judged. */
const openAddress = '93.184.215.14';

/** A desk that is called by gRPC, with a database and a name server of its own. What it would send is kept. */
export async function openDesk({ allow = [], allowHttp = false, names = {}, now = Date.now, outcome }: DeskWish = {}) {
  await using opening = new AsyncDisposableStack();
  const { postgres } = opening.use(await openTestPostgres());
  const known = { a: [openAddress] };
  const dns = opening.use(await startDnsServer({ 'receiver.test': known, 'other.test': known, 'store.test': known, ...names }));
  const entries = allow.flatMap((text) => parseAllowEntry(text) ?? []);
  const resolver = createResolver({ servers: [dns.address], timeoutMs: 500, tries: 1 });
  const sent: TestRequest[] = [];
  let due = 0;
  const parts = {
    postgres,
    sealer: testSealer,
    newId: () => randomUUID(),
    randomBytes,
    now,
    guard: createGuard({ allow: entries, resolver }),
    allow: entries,
    allowHttp,
    publicUrl: new URL('https://shots.example.com'),
    imageLink: ({ screenshotId }: { screenshotId: string }) => `https://shots.example.com/images/${screenshotId}.png`,
    send: async (request: TestRequest) => {
      sent.push(request);
      return outcome ?? { outcome: 'succeeded' as const, status: 204, error: null, durationMs: 12, response: Buffer.from('thanks') };
    },
    onDue: () => {
      due += 1;
    },
  };
  const server = opening.use(
    await startRpcServer({
      address: '127.0.0.1:0',
      services: [desk(parts)],
      log: createLogger({ service: 'test', level: 'silent' }),
      metrics: createMetrics('test'),
      newRequestId: randomUUID,
    }),
  );
  const client = opening.use(createRpcClient(DeskService, { address: server.address, defaultTimeoutMs: 5_000 }));
  const house = opening.move();
  return { postgres, client, dns, sent, due: () => due, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

/** The account of these tests. */
export const acme = { context: { account: 'acme' } };
export const other = { context: { account: 'other' } };

/** Whether a call failed in a certain way. */
export function isFailure(kind: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof Failure && thrown.kind === kind;
}

/** What a call that must fail says of its fields. */
export async function problemsOf(call: Promise<unknown>): Promise<Failure['fields']> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Failure) || thrown.kind !== 'validation_error') throw new Error(`no validation_error but ${String(thrown)}`);
  return thrown.fields;
}

/** A webhook app with nothing but a URL, as it is asked for. */
export const webhook = (values: object = {}) => ({
  kind: { case: 'webhook' as const, value: { url: 'https://receiver.test/hook', ...values } },
});

/** A bucket with what it must have. */
export const bucket = (values: object = {}) => ({
  kind: {
    case: 's3' as const,
    value: { endpoint: 'https://store.test', bucket: 'shots', accessKey: 'AKIA', secretKey: 'hunter2hunter2', ...values },
  },
});

interface Kept {
  accountId?: string;
  /** The app it goes to; https://receiver.test/hook?key=1 unless given. */
  appId?: string;
  state?: string;
  eventType?: string;
  subjectId?: string;
  attempts?: number;
  failures?: number;
  body?: string;
  /** Ended so many days ago. */
  endedDays?: number;
  /** Made so many days ago. */
  madeDays?: number;
  /** In hand of a courier. */
  held?: boolean;
}

/** Puts a delivery on record, with its place in the queue if it has one; gives its webhook-id. */
export async function keepDelivery(postgres: Postgres, kept: Kept = {}): Promise<string> {
  const { accountId = 'acme', appId, state = 'pending', eventType = 'screenshot.completed', attempts = 0, failures = 0 } = kept;
  const { endedDays = 0, madeDays = 0, held = false } = kept;
  const [id, eventId] = [randomUUID(), randomUUID()];
  const lane = appId ? laneOfApp({ accountId, id: appId }) : `${accountId} https://receiver.test:443`;
  const ended = ['succeeded', 'failed', 'cancelled'].includes(state);
  await postgres.transaction(async (trx) => {
    await touch(
      trx,
      `insert into events (event_id, account_id, type, occurred_at, payload) values (:eventId, :accountId, :eventType, now(), '')`,
      { eventId, accountId, eventType },
    );
    await touch(
      trx,
      `insert into deliveries (id, webhook_id, event_id, event_type, destination, subject_id, account_id, lane, app_id, url, state, attempts,
                               failures, next_attempt_at, created_at, ended_at)
       values (:id, :webhookId, :eventId, :eventType, :destination, :subjectId, :accountId, :lane, :appId, :url, :state, :attempts, :failures,
               case when :pending then now() + interval '1 hour' end,
               now() - make_interval(days => :madeDays), case when :ended then now() - make_interval(days => :endedDays) end)`,
      {
        ...{ id, webhookId: webhookIdOf(id), eventId, eventType, accountId, lane, state, attempts, failures, madeDays, endedDays, ended },
        destination: appId ?? 'webhook_url',
        subjectId: kept.subjectId ?? randomUUID(),
        appId: appId ?? null,
        url: appId ? null : 'https://receiver.test/hook?key=1',
        pending: state === 'pending',
      },
    );
    if (kept.body)
      await touch(trx, `insert into bodies (delivery_id, body) values (:id, convert_to(:body, 'UTF8'))`, { id, body: kept.body });
    if (state === 'sending')
      await touch(trx, 'insert into attempts (delivery_id, number, claim_id) values (:id, :attempts, gen_random_uuid())', { id, attempts });
    if (state !== 'pending' && state !== 'sending') return;
    await enqueue(trx, { itemId: id, lane, owner: accountId, priority: priorities.normal, inS: 3600 });
    if (state === 'sending' || held)
      await touch(
        trx,
        `update lane_items set claim_id = gen_random_uuid(), lease_until = now() + interval '1 minute' where item_id = :id`,
        { id },
      );
  });
  return webhookIdOf(id);
}

/** A delivery and its place in the queue, which is null when it has none. */
export interface Seen {
  state: string;
  attempts: number;
  failures: number;
  spared: number;
  isDue: boolean | null;
  priority: number | null;
  ripe: boolean | null;
}

/** What became of a delivery. */
export async function see(postgres: Postgres, webhookId: string): Promise<Seen | undefined> {
  const [seen] = await postgres.transaction((trx) =>
    rows<Seen>(
      trx,
      `select d.state, d.attempts, d.failures, d.spared, d.next_attempt_at <= now() as "isDue", i.priority, i.ripe
       from deliveries d left join lane_items i on i.item_id = d.id where d.webhook_id = :webhookId`,
      { webhookId },
    ),
  );
  return seen;
}
