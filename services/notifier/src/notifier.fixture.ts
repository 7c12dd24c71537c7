import { randomBytes, randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import type { ArchiveReader } from '@shotwire/archive';
import { type Event, EventSchema, Format, type Instant, instantToTimestamp, ScreenshotStatus } from '@shotwire/contract';
import { createGuard, createGuardedAgent, createResolver, parseAllowEntry } from '@shotwire/egress';
import { openPostgres, type Postgres, rows } from '@shotwire/postgres';
import { createTestDatabase } from '@shotwire/postgres/testing';
import { createLogger, createMetrics, type Logger } from '@shotwire/telemetry';
import { createSealer } from './core/seal.ts';
import { openCourier } from './courier/open-courier.ts';
import { createCaps } from './inbox/caps.ts';
import { inbox } from './inbox/inbox.ts';
import { migrations } from './sql/migrations.ts';
import { accountSecret } from './sql/secrets.ts';
import { instanceKey } from './sql/signing-keys.ts';

interface Told {
  id?: string;
  type?: string;
  accountId?: string;
  /** The webhook_url. */
  url?: string;
  webhookEvents?: string[];
  /** Its secret and headers. */
  sealed?: Uint8Array;
  /** Apps that are told too. */
  apps?: Record<string, string>;
  createdAt?: Instant;
}

const instant = (text: string) => instantToTimestamp(text as Instant);

/** An event with the values of the contract's examples. */
export function eventOf({ id = randomUUID(), type = 'screenshot.completed', accountId = 'acme', url = '', ...rest }: Told = {}): Event {
  const { webhookEvents = [], sealed = new Uint8Array(), apps = {}, createdAt } = rest;
  const failed = type === 'screenshot.failed';
  return create(EventSchema, {
    id: randomUUID(),
    type,
    accountId,
    occurredAt: instant('2026-03-09T10:30:05.000000Z'),
    screenshot: {
      id,
      accountId,
      url: 'https://example.com',
      options: {
        width: 1280,
        height: 800,
        format: Format.PNG,
        quality: 80,
        fullPage: false,
        device: 'desktop',
        blockAds: false,
        blockCookies: true,
        darkMode: false,
        delay: 0,
        timeout: 30,
        retina: false,
      },
      announcement: { webhookUrl: url, webhookEvents, webhookSealed: sealed, apps },
      status: failed ? ScreenshotStatus.FAILED : ScreenshotStatus.COMPLETED,
      createdAt: instant(createdAt ?? '2026-03-09T10:30:00.000000Z'),
      endedAt: instant('2026-03-09T10:30:05.000000Z'),
      ...(failed
        ? { problem: { code: 'TIMEOUT', message: 'Page load timed out after 30 seconds.' } }
        : { image: { key: 'k', mimeType: 'image/png', fileSize: 245760n, width: 1280, height: 800, processingTimeMs: 3450n } }),
    },
  });
}

/** A notifier's schema in a database of its own, on the server of the test run unless another is given. */
export async function openTestPostgres({ server }: { server?: string | undefined } = {}) {
  await using opening = new AsyncDisposableStack();
  const open = (url: string) => openPostgres({ url: new URL(url), pool: 10, schema: 'notifier', migrations });
  const database = opening.use(
    await createTestDatabase({
      template: `notifier ${migrations.map(({ name, up }) => `${name} ${up}`)}`,
      prepare: async (url) => (await open(url))[Symbol.asyncDispose](),
      ...(server && { server }),
    }),
  );
  const postgres = opening.use(await open(database.url));
  const house = opening.move();
  return { postgres, url: database.url, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

export interface DeliveryState {
  state: string;
  attempts: number;
  failures: number;
  lastStatus: number | null;
  lastError: string | null;
  webhookId: string;
}

/** All deliveries, oldest first. */
export function deliveriesIn(postgres: Postgres): Promise<DeliveryState[]> {
  return postgres.transaction((trx) =>
    rows(
      trx,
      `select state, attempts, failures, last_status as "lastStatus", last_error as "lastError", webhook_id as "webhookId"
       from deliveries order by created_at`,
    ),
  );
}

export interface AttemptState {
  number: number;
  outcome: string;
  status: number | null;
  error: string | null;
  response: Buffer | null;
}

/** All attempts, in order. */
export function attemptsIn(postgres: Postgres): Promise<AttemptState[]> {
  return postgres.transaction((trx) =>
    rows(trx, 'select number, outcome, status, error, response from attempts order by started_at, number'),
  );
}

/** Seals as the notifier does, with a key of these tests. */
export const testSealer = createSealer({ keys: [{ id: 'test', key: Buffer.alloc(32, 7) }], randomBytes });

interface CourierWish {
  postgres: Postgres;
  /** As EGRESS_ALLOW; loopback on any port unless given. */
  allow?: readonly string[];
  /** Nobody answers unless given. */
  dnsServers?: readonly string[];
  allowHttp?: boolean;
  schedule?: readonly number[];
  timeoutMs?: number;
  slots?: number;
  roomPerLane?: number;
  roomPerAccount?: number;
  attemptsPerMinute?: number;
  pendingPerAccount?: number;
  hostsPerHour?: number;
  leaseS?: number;
  graceMs?: number;
  now?: () => number;
  chance?: () => number;
  archive?: ArchiveReader;
  /** Nowhere unless given. */
  log?: Logger;
  /** Certificates to trust. */
  ca?: string;
}

const noArchive: ArchiveReader = { get: () => Promise.resolve(undefined) };

/** A courier and the inbox before it, without NATS. */
export async function openTestCourier({ postgres, allow = ['127.0.0.0/8'], dnsServers = ['127.0.0.1:9'], ca, ...wish }: CourierWish) {
  const entries = allow.flatMap((text) => parseAllowEntry(text) ?? []);
  const guard = createGuard({ allow: entries, resolver: createResolver({ servers: dnsServers, timeoutMs: 2_000, tries: 1 }) });
  const dispatcher = createGuardedAgent({ guard, connectTimeoutMs: 5_000, ...(ca && { ca }) });
  const bus = { wake: () => undefined, onWake: () => undefined };
  const metrics = createMetrics('test');
  const sealer = testSealer;
  const caps = { pendingPerAccount: 100_000, hostsPerHour: 1_000, now: Date.now, ...wish };
  const keeping = { newId: randomUUID, refuse: createCaps(caps) };
  const courier = openCourier({
    postgres,
    bus,
    metrics,
    dispatcher,
    sealer,
    instanceKey: await postgres.transaction((trx) => instanceKey(trx, { sealer, randomBytes })),
    secretFor: (trx, accountId) => accountSecret(trx, { accountId, sealer, randomBytes }),
    log: createLogger({ service: 'test', level: 'silent' }),
    now: Date.now,
    chance: () => 0,
    archive: noArchive,
    publicUrl: new URL('https://shots.example.com'),
    imageLink: ({ accountId, screenshotId }) => `https://shots.example.com/images/${accountId}/${screenshotId}.png`,
    allow: entries,
    allowHttp: true,
    schedule: [0.05, 0.05, 0.05],
    timeoutMs: 5_000,
    slots: 32,
    roomPerLane: 8,
    roomPerAccount: 64,
    attemptsPerMinute: 60_000,
    leaseS: 15,
    graceMs: 5_000,
    ...keeping,
    ...wish,
  });
  return {
    metrics,
    wake: () => courier.wake(),
    keep: inbox({ postgres, courier, ...keeping }),
    async [Symbol.asyncDispose]() {
      await courier[Symbol.asyncDispose]();
      await dispatcher.destroy();
    },
  };
}
