import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Archive, openArchive } from '@shotwire/archive';
import { DeskService, IntakeService, instantFromMs, instantToTimestamp, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { parseAllowEntry } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import { createLinks } from '@shotwire/links';
import { createRpcClient, type RpcServer, startRpcServer } from '@shotwire/rpc';
import { createLogger, createMetrics } from '@shotwire/telemetry';
import type { FastifyInstance } from 'fastify';
import { type AppParts, buildApp } from './app.ts';
import type { ApiKey } from './keys/api-key.ts';
import { createKeyring } from './keys/create-keyring.ts';
import { hashKey } from './keys/hash-key.ts';
import { twinDesk, twinIntake, twinTail } from './twins.fixture.ts';

interface Given {
  intake?: Parameters<typeof twinIntake>[0];
  desk?: Parameters<typeof twinDesk>[0];
  parts?: Partial<AppParts>;
  allow?: readonly string[];
  /** Sees the app before its routes are there. */
  onBuilt?: (app: FastifyInstance) => void;
}

/** A line that the gateway logged. */
export interface Line {
  level: string;
  msg: string;
  [name: string]: unknown;
}

interface Asking {
  body?: unknown;
  headers?: Record<string, string>;
  /** Undefined for no key. */
  key?: string | undefined;
}

/** The gateway on real sockets to twins of the services behind it, a real folder as its archive, and two accounts with a key each. */
export async function openGateway({ intake: intakeGiven, desk: deskGiven, parts = {}, allow = [], onBuilt }: Given = {}) {
  await using house = new AsyncDisposableStack();
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = createLogger({ service: 'gateway', level: 'info', destination });
  const metrics = createMetrics('gateway');
  let made = 0;
  // Ascending, so that the order of creation is the order of the ids.
  const newId = () => `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`;
  const intake = twinIntake(intakeGiven);
  const desk = twinDesk(deskGiven);
  const { tail, tell } = twinTail();
  const captureServer = house.use(await serve(intake.bound));
  const notifierServer = house.use(await serve(desk.bound));

  const folder = await mkdtemp(join(tmpdir(), 'test-gateway-'));
  house.defer(() => rm(folder, { recursive: true, force: true }));
  const archive: Archive = openArchive({ url: pathToFileURL(folder), log });
  await archive.ready();

  const publicUrl = new URL('https://shots.example/base/');
  const links = createLinks({ key: 'a key of these tests', publicUrl });
  const keys = new Map(['one', 'two'].map((account) => [hashKey(`key-${account}`).toString('hex'), adminKeyOf(account)]));
  const app = buildApp({
    intake: house.use(createRpcClient(IntakeService, { address: captureServer.address, defaultTimeoutMs: 5_000 })),
    desk: house.use(createRpcClient(DeskService, { address: notifierServer.address, defaultTimeoutMs: 5_000 })),
    tail,
    listenersPerAccount: 20,
    archive,
    postgres: noPostgres,
    keyring: createKeyring({
      findKey: async (sha256) => keys.get(sha256.toString('hex')),
      findKeyById: async (id) => keys.values().find((key) => key.id === id),
      now: Date.now,
    }),
    requestRate: { take: async () => undefined },
    monthlyQuota: 0,
    links,
    publicUrl,
    egressAllow: allow.map((text) => parseAllowEntry(text) ?? assertNever(text)),
    webhookAllowHttp: false,
    proxies: new Map(),
    log,
    metrics,
    newId,
    randomBytes,
    now: () => Date.now(),
    ...parts,
  });
  house.defer(() => app.close());
  onBuilt?.(app);

  /** Asks as the account `one` unless another key is given. */
  async function ask(method: 'GET' | 'HEAD' | 'POST' | 'DELETE' | 'PUT' | 'PATCH' | 'OPTIONS', url: string, asking: Asking = {}) {
    const { body, headers = {}, key = 'key' in asking ? undefined : 'key-one' } = asking;
    const answer = await app.inject({
      method,
      url,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const json = answer.headers['content-type']?.toString().startsWith('application/json') && answer.body ? answer.json() : undefined;
    return { status: answer.statusCode, headers: answer.headers, json, bytes: answer.rawPayload };
  }

  /** A screenshot as the API shows it when it was just created. */
  async function make(body: object = { url: 'https://example.com' }, key = 'key-one') {
    return (await ask('POST', '/api/v1/screenshots', { body, key })).json;
  }

  /** Ends a screenshot with an image of these bytes. */
  async function complete(id: string, bytes: Buffer, { expiresMs = Date.now() + 60_000 } = {}): Promise<void> {
    const key = `images/${id}.png`;
    await archive.put({ key, body: bytes, mimeType: 'image/png', signal: AbortSignal.timeout(5_000) });
    Object.assign(intake.screenshots.get(id) as Screenshot, {
      status: ScreenshotStatus.COMPLETED,
      endedAt: instantToTimestamp(instantFromMs(Date.parse('2026-03-09T10:30:05.5Z'))),
      image: {
        $typeName: 'shotwire.capture.v1.Image',
        key,
        mimeType: 'image/png',
        fileSize: BigInt(bytes.length),
        width: 1280,
        height: 800,
        processingTimeMs: 3450n,
        expiresAt: instantToTimestamp(instantFromMs(expiresMs)),
      },
    });
    tell(id);
  }

  const rooms = house.move();
  return {
    app,
    ask,
    make,
    complete,
    /** Says that something happened to a screenshot. */
    tell,
    lines,
    metrics,
    archive,
    links,
    intake,
    desk,
    captureServer,
    notifierServer,
    [Symbol.asyncDispose]: () => rooms.disposeAsync(),
  };
}

/** Serves one service on a free port. */
export function serve(service: Parameters<typeof startRpcServer>[0]['services'][number], address = '127.0.0.1:0'): Promise<RpcServer> {
  return startRpcServer({
    address,
    services: [service],
    log: createLogger({ service: 'twin', level: 'silent' }),
    metrics: createMetrics('twin'),
    newRequestId: () => randomUUID(),
    graceMs: 200,
  });
}

/** The ids of their first keys. */
export const keyIds: Readonly<Record<string, string>> = {
  one: '11111111-1111-4111-8111-111111111111',
  two: '22222222-2222-4222-8222-222222222222',
};

/** The first key of an account. */
export function adminKeyOf(accountId: string): ApiKey {
  return { id: keyIds[accountId] ?? assertNever(accountId), accountId, name: 'first', scopes: ['admin'], domains: [] };
}

/** For gateways whose tests need no limits and keep no keys: where nothing is limited nothing is written. */
const noPostgres: AppParts['postgres'] = {
  transaction: async () => {
    throw new Failure('internal', { cause: new Error('this gateway was given no Postgres') });
  },
};

function assertNever(text: string): never {
  throw new Error(`${text} is none of these tests`);
}
