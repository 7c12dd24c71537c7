import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readConfig } from '@shotwire/config';
import { createGuard, createGuardedAgent, createResolver } from '@shotwire/egress';
import { openBus, startReceiver } from '@shotwire/events';
import { openPostgres } from '@shotwire/postgres';
import { startRpcServer } from '@shotwire/rpc';
import { createLogger, createMetrics, openObservatory } from '@shotwire/telemetry';
import { openCourier } from './courier/open-courier.ts';
import { desk } from './desk/desk.ts';
import { inbox } from './inbox/inbox.ts';
import { settings } from './settings.ts';
import { migrations } from './sql/migrations.ts';

const config = readConfig(settings, process.env);
const log = createLogger({ service: 'notifier', level: config.logLevel });
const metrics = createMetrics('notifier');
const newId = () => randomUUID();
const newSecret = () => randomBytes(32);
const told = [once(process, 'SIGTERM'), once(process, 'SIGINT'), ...(process.channel ? [once(process, 'disconnect')] : [])];

await using house = new AsyncDisposableStack();
const postgres = house.use(await openPostgres({ url: config.databaseUrl, pool: config.databasePool, schema: 'notifier', migrations }));
const bus = house.use(openBus({ url: config.natsUrl, name: 'notifier', log }));

const { egressAllow: allow, webhookAllowHttp: allowHttp, webhookSchedule: schedule, publicUrl, leaseS } = config;
const guard = createGuard({ allow, resolver: createResolver({ servers: config.dnsServers }) });
const timeoutMs = config.webhookTimeoutS * 1000;
const dispatcher = house.adopt(createGuardedAgent({ guard, connectTimeoutMs: Math.min(timeoutMs, 10_000) }), (agent) => agent.destroy());
const limits = { slots: config.webhookSlots, roomPerLane: config.laneRoom, leaseS, timeoutMs, graceMs: 5_000 };
const made = { newId, newSecret, now: Date.now, chance: Math.random };
const sending = { dispatcher, allow, allowHttp, schedule, publicUrl };
const courier = house.use(openCourier({ postgres, bus, log, metrics, ...made, ...sending, ...limits }));
house.use(startReceiver({ bus, durable: 'notifier', keep: inbox({ postgres, courier, newId }), log }));

const services = [desk({ postgres, newSecret })];
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
