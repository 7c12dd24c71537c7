import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openArchive } from '@shotwire/archive';
import { readConfig } from '@shotwire/config';
import { createGuard, createGuardedAgent, createResolver } from '@shotwire/egress';
import { openBus, startReceiver } from '@shotwire/events';
import { createLinks } from '@shotwire/links';
import { openPostgres, type Transaction } from '@shotwire/postgres';
import { startRpcServer } from '@shotwire/rpc';
import { createLogger, createMetrics, openObservatory } from '@shotwire/telemetry';
import type { renderBody } from './core/body.ts';
import { createSealer } from './core/seal.ts';
import { openCourier } from './courier/open-courier.ts';
import { sendOnce } from './courier/send-once.ts';
import { desk } from './desk/desk.ts';
import { createCaps } from './inbox/caps.ts';
import { inbox } from './inbox/inbox.ts';
import { settings } from './settings.ts';
import { assertKeysKnown } from './sql/assert-keys-known.ts';
import { migrations } from './sql/migrations.ts';
import { accountSecret } from './sql/secrets.ts';
import { instanceKey } from './sql/signing-keys.ts';

const config = readConfig(settings, process.env);
const log = createLogger({ service: 'notifier', level: config.logLevel });
const metrics = createMetrics('notifier');
const newId = () => randomUUID();
const now = () => Date.now();
const told = [once(process, 'SIGTERM'), once(process, 'SIGINT'), ...(process.channel ? [once(process, 'disconnect')] : [])];

await using house = new AsyncDisposableStack();
const postgres = house.use(await openPostgres({ url: config.databaseUrl, pool: config.databasePool, schema: 'notifier', migrations }));
const bus = house.use(openBus({ url: config.natsUrl, name: 'notifier', log }));
const archive = openArchive({ url: config.archiveUrl, log });

const sealer = createSealer({ keys: config.secretsKeys, randomBytes });
await postgres.transaction((trx) => assertKeysKnown(trx, sealer));
const signing = {
  sealer,
  instanceKey: await postgres.transaction((trx) => instanceKey(trx, { sealer, randomBytes })),
  secretFor: (trx: Transaction, accountId: string) => accountSecret(trx, { accountId, sealer, randomBytes }),
};

const { egressAllow: allow, webhookAllowHttp: allowHttp, publicUrl, leaseS, webhookSlots: slots, laneRoom: roomPerLane } = config;
const guard = createGuard({ allow, resolver: createResolver({ servers: config.dnsServers }) });
const timeoutMs = config.webhookTimeoutS * 1000;
const dispatcher = house.adopt(createGuardedAgent({ guard, connectTimeoutMs: Math.min(timeoutMs, 10_000) }), (agent) => agent.destroy());
const links = createLinks({ key: config.linksKey, publicUrl });
const imageLink: Parameters<typeof renderBody>[0]['imageLink'] = (image) =>
  links.imageUrl({ ...image, expiresAt: now() / 1000 + config.linkHours * 3_600 });

const refuse = createCaps({ pendingPerAccount: config.webhookPendingPerAccount, hostsPerHour: config.webhookHostsPerHour, now });
const limits = { slots, roomPerLane, roomPerAccount: config.webhookRoomPerAccount, attemptsPerMinute: config.webhookAttemptsPerMinute };
const sending = { dispatcher, archive, allow, allowHttp, schedule: config.webhookSchedule, timeoutMs, publicUrl, imageLink };
const made = { newId, now, chance: Math.random };
const courier = house.use(
  openCourier({ postgres, bus, log, metrics, refuse, leaseS, graceMs: 5_000, ...made, ...signing, ...sending, ...limits }),
);
house.use(startReceiver({ bus, durable: 'notifier', keep: inbox({ postgres, courier, newId, refuse }), log }));

const send = sendOnce({ dispatcher });
const onDue = () => courier.wake();
const services = [desk({ postgres, sealer, newId, randomBytes, now, guard, allow, allowHttp, publicUrl, imageLink, send, onDue })];
const server = house.use(
  await startRpcServer({ address: config.grpcAddress, services, log, metrics, newRequestId: newId, graceMs: 2_000 }),
);
const ready = async () => {
  await postgres.ping();
  return true;
};
const observatory = house.use(await openObservatory({ host: config.metricsHost, port: config.metricsPort, metrics, ready, log }));

log.info({ grpc: server.address, metrics: observatory.address }, 'notifier is open');
const [reason] = await Promise.race(told);
log.info({ reason }, 'notifier is closing');
// A supervisor's channel must not keep what has closed alive.
process.channel?.unref();
// Whatever does not close in time is left behind; the leases of what it held will lapse.
setTimeout(() => process.exit(1), 9_000).unref();
