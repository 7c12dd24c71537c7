import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { openArchive } from '@shotwire/archive';
import { type Announcement, OptionsSchema } from '@shotwire/contract';
import { createGuard, createResolver, parseAllowEntry } from '@shotwire/egress';
import { openPostgres } from '@shotwire/postgres';
import { createTestDatabase } from '@shotwire/postgres/testing';
import { createLogger, createMetrics, type Metrics } from '@shotwire/telemetry';
import { devices } from './chrome/devices.ts';
import { findEncoder } from './chrome/film/encoder.ts';
import { openChrome } from './chrome/open-chrome.ts';
import { acceptOptions, makeExact } from './core/options.ts';
import { insertScreenshot } from './sql/insert-screenshot.ts';
import { migrations } from './sql/migrations.ts';

export const log = createLogger({ service: 'capture', level: 'silent' });

/** A few options. */
export type SomeOptions = MessageInitShape<typeof OptionsSchema>;

/** Exact options from a few. */
export function optionsOf(options: SomeOptions = {}) {
  return makeExact(acceptOptions(create(OptionsSchema, options), devices), devices);
}

/** A capture schema in a database of its own, and a folder archive. */
export async function openStores() {
  await using opening = new AsyncDisposableStack();
  const open = (url: string) => openPostgres({ url: new URL(url), pool: 10, schema: 'capture', migrations });
  const database = opening.use(
    await createTestDatabase({
      template: `capture ${migrations.map(({ name, up }) => `${name} ${up}`)}`,
      prepare: async (url) => (await open(url))[Symbol.asyncDispose](),
    }),
  );
  const postgres = opening.use(await open(database.url));
  const folder = await mkdtemp(join(tmpdir(), 'capture-test-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const archive = await openArchive({ url: pathToFileURL(folder), log });
  await archive.ready();
  const house = opening.move();
  return { postgres, archive, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

/** What a wish is about when it is not about anything in particular. */
export const plainWish = {
  accountId: 'acme',
  url: 'https://example.com/',
  html: '',
  markdown: '',
  announcement: null as Announcement | null,
  tags: [] as string[],
  priority: 'interactive' as 'interactive' | 'batch',
  dedupe: false,
  cacheTtlS: 0,
  externalId: '',
  metadata: {} as Record<string, string>,
  expiresInS: null as number | null,
  retryOf: null as string | null,
};

/** Writes a wish down as intake does; gives its id. */
export async function wish(
  { postgres }: Awaited<ReturnType<typeof openStores>>,
  { options = {}, ...given }: Partial<typeof plainWish> & { options?: SomeOptions } = {},
): Promise<string> {
  const wished = {
    ...plainWish,
    ...given,
    id: randomUUID(),
    options: optionsOf(options),
    retentionHours: 1,
    newEventId: () => randomUUID(),
  };
  await postgres.transaction((trx) => insertScreenshot(trx, wished));
  return wished.id;
}

interface CameraWish {
  slots?: number;
  captures?: number;
  blockLists?: string;
  allow?: string[];
  dnsServers?: string[];
  metrics?: Metrics;
  ffmpeg?: string;
}

/** The real camera, allowed to visit this machine's loopback unless told otherwise. */
export async function openTestCamera({
  slots = 2,
  captures = 1_000,
  blockLists = '/nowhere',
  allow = ['127.0.0.0/8'],
  dnsServers = [],
  metrics = createMetrics('capture'),
  ffmpeg = '/usr/bin/ffmpeg',
}: CameraWish = {}) {
  const entries = allow.map((text) => {
    const entry = parseAllowEntry(text);
    if (!entry) throw new Error(`${text} is no allow entry`);
    return entry;
  });
  return openChrome({
    path: process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell',
    sandbox: process.getuid?.() !== 0,
    browsers: 1,
    slots,
    limits: { captures, ageMs: 3_600_000, memoryMb: 4_096 },
    blockLists,
    encoder: await findEncoder(ffmpeg),
    guard: createGuard({ allow: entries, resolver: createResolver({ servers: dnsServers }) }),
    log,
    metrics,
  });
}
