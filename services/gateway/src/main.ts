import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openArchive } from '@shotwire/archive';
import { readConfig } from '@shotwire/config';
import { DeskService, Health, IntakeService } from '@shotwire/contract';
import { openBus, openTail } from '@shotwire/events';
import { createLinks } from '@shotwire/links';
import { openPostgres } from '@shotwire/postgres';
import { checkHealth, createRpcClient } from '@shotwire/rpc';
import { createLogger, createMetrics, openObservatory } from '@shotwire/telemetry';
import { buildApp } from './app.ts';
import { proxiesOf } from './dialects/screenshotcenter/proxies.ts';
import { createKeyring } from './keys/create-keyring.ts';
import { storedKey } from './keys/stored-key.ts';
import { createRequestRate } from './limits/create-request-rate.ts';
import { openApp } from './open-app.ts';
import { settings } from './settings.ts';
import { countRequests } from './sql/count-requests.ts';
import { findKey, findKeyById } from './sql/find-key.ts';
import { migrations } from './sql/migrations.ts';
import { seedKey } from './sql/seed-key.ts';

const config = readConfig(settings, process.env);
const log = createLogger({ service: 'gateway', level: config.logLevel });
const metrics = createMetrics('gateway');
const newId = () => randomUUID();
const now = () => Date.now();
const told = [once(process, 'SIGTERM'), once(process, 'SIGINT'), ...(process.channel ? [once(process, 'disconnect')] : [])];

await using house = new AsyncDisposableStack();
const postgres = house.use(await openPostgres({ url: config.databaseUrl, pool: config.databasePool, schema: 'gateway', migrations }));
const first = { id: newId(), accountId: 'default', ...storedKey(config.apiKey) };
await postgres.transaction((trx) => seedKey(trx, first));
const keyring = createKeyring({
  findKey: (sha256) => postgres.transaction((trx) => findKey(trx, sha256)),
  findKeyById: (id) => postgres.transaction((trx) => findKeyById(trx, id)),
  now,
});
const count = (counting: Parameters<typeof countRequests>[1]) => postgres.transaction((trx) => countRequests(trx, counting));
const requestRate = createRequestRate({ limit: config.rateLimitPerMinute, count, now });

const capture = { address: config.captureAddress, log };
// Longer than capture waits for its database, so that its own answer arrives.
const intake = house.use(createRpcClient(IntakeService, { ...capture, defaultTimeoutMs: 8_000 }));
const captureHealth = house.use(createRpcClient(Health, { ...capture, defaultTimeoutMs: 1_000 }));
const desk = house.use(createRpcClient(DeskService, { address: config.notifierAddress, defaultTimeoutMs: 8_000, log }));
const bus = house.use(openBus({ url: config.natsUrl, name: 'gateway', log }));
const tail = house.use(openTail({ bus, log }));
const archive = openArchive({ url: config.archiveUrl, log });

const links = createLinks({ key: config.linksKey, publicUrl: config.publicUrl });
const { publicUrl, egressAllow, webhookAllowHttp, monthlyQuota, listenersPerAccount } = config;
const rules = { publicUrl, egressAllow, webhookAllowHttp, monthlyQuota, listenersPerAccount, proxies: proxiesOf(config) };
const app = buildApp({
  intake,
  desk,
  tail,
  archive,
  postgres,
  keyring,
  requestRate,
  links,
  ...rules,
  log,
  metrics,
  newId,
  randomBytes,
  now,
});
const ready = async (signal: AbortSignal) => {
  await postgres.ping();
  return checkHealth(captureHealth, { signal });
};
const observatory = house.use(await openObservatory({ host: config.metricsHost, port: config.metricsPort, metrics, ready, log }));
const open = house.use(await openApp({ app, host: config.host, port: config.port, graceMs: 5_000 }));

log.info({ http: `${config.host}:${open.port}`, metrics: observatory.address }, 'gateway is open');
const [reason] = await Promise.race(told);
log.info({ reason }, 'gateway is closing');
// A supervisor's channel must not keep what has closed alive.
process.channel?.unref();
// Whatever does not close in time is left behind.
setTimeout(() => process.exit(1), 9_000).unref();
