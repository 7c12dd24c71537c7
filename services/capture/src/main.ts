import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openArchive } from '@shotwire/archive';
import { readConfig } from '@shotwire/config';
import { createGuard, createResolver } from '@shotwire/egress';
import { openBus, startRelay } from '@shotwire/events';
import { openPostgres } from '@shotwire/postgres';
import { startRpcServer } from '@shotwire/rpc';
import { createLogger, createMetrics, openObservatory } from '@shotwire/telemetry';
import { devices } from './chrome/devices.ts';
import { findEncoder } from './chrome/film/encoder.ts';
import { openChrome } from './chrome/open-chrome.ts';
import { foretellPictures } from './chrome/picture/foretell.ts';
import { intake } from './intake/intake.ts';
import { createRoom } from './intake/room.ts';
import { openRobots } from './robots/open-robots.ts';
import { settings } from './settings.ts';
import { migrations } from './sql/migrations.ts';
import { openStudio } from './studio/open-studio.ts';
import { openSweeper } from './studio/open-sweeper.ts';

const config = readConfig(settings, process.env);
const log = createLogger({ service: 'capture', level: config.logLevel });
const metrics = createMetrics('capture');
const newId = () => randomUUID();
const told = [once(process, 'SIGTERM'), once(process, 'SIGINT'), ...(process.channel ? [once(process, 'disconnect')] : [])];

await using house = new AsyncDisposableStack();
const postgres = house.use(await openPostgres({ url: config.databaseUrl, pool: config.databasePool, schema: 'capture', migrations }));
const bus = house.use(openBus({ url: config.natsUrl, name: 'capture', log }));
const relay = house.use(startRelay({ postgres, bus, log }));
const archive = await openArchive({ url: config.archiveUrl, log });
await archive.ready();
house.use(openSweeper({ postgres, archive, log, everyMs: 10_000 }));

const guard = createGuard({ allow: config.egressAllow, resolver: createResolver({ servers: config.dnsServers }) });
const sandbox = config.chromeSandbox === 'auto' ? process.getuid?.() !== 0 : config.chromeSandbox === 'on';
const limits = { captures: config.chromeMaxCaptures, ageMs: config.chromeMaxAgeS * 1000, memoryMb: config.chromeMaxMemoryMb };
const { chromePath: path, chromeBrowsers: browsers, chromeSlots: slots, blockLists } = config;
const encoder = await findEncoder(config.ffmpegPath);
if (encoder.formats.size < 2)
  log.warn({ path: encoder.path, makes: [...encoder.formats] }, 'ffmpeg does not make all videos: others are refused');
const camera = house.use(await openChrome({ path, sandbox, browsers, slots, limits, blockLists, encoder, guard, log, metrics }));

const robots = house.use(openRobots({ guard }));

const { leaseS, retentionHours, laneRoom: roomPerLane } = config;
const studio = house.use(
  openStudio({
    postgres,
    bus,
    relay,
    archive,
    camera,
    robots,
    devices,
    log,
    metrics,
    newId,
    slots,
    roomPerLane,
    leaseS,
    retentionHours,
    graceMs: 5_000,
  }),
);
const onCommitted = () => {
  studio.wake();
  relay.nudge();
};
const room = createRoom({ queueLimit: config.queueLimit, pendingPerAccount: config.pendingPerAccount, now: Date.now });
const services = [
  intake({
    postgres,
    newId,
    onCommitted,
    devices,
    videos: encoder.formats,
    room,
    leaseS,
    retentionHours,
    foretell: foretellPictures,
    egressAllow: config.egressAllow,
  }),
];
const server = house.use(await startRpcServer({ address: config.grpcAddress, services, log, metrics, newRequestId: newId }));
const ready = async () => {
  await postgres.ping();
  return camera.healthy;
};
const observatory = house.use(await openObservatory({ host: config.metricsHost, port: config.metricsPort, metrics, ready, log }));

log.info({ grpc: server.address, metrics: observatory.address }, 'capture is open');
const [reason] = await Promise.race(told);
log.info({ reason }, 'capture is closing');
// A supervisor's channel must not keep what has closed alive.
process.channel?.unref();
// Whatever does not close in time is left behind, for the next start to clean up.
setTimeout(() => process.exit(1), 9_000).unref();
