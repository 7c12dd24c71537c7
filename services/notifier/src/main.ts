import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openArchive } from '@shotwire/archive';
import { readConfig } from '@shotwire/config';
import { createGuard, createGuardedAgent, createResolver } from '@shotwire/egress';
import { openBus, startReceiver } from '@shotwire/events';
import { createLinks } from '@shotwire/links';
import { openPostgres } from '@shotwire/postgres';
import { startRpcServer } from '@shotwire/rpc';
import { createLogger, createMetrics, openObservatory } from '@shotwire/telemetry';
import { createSealer } from './core/seal.ts';
import { openCourier } from './courier/open-courier.ts';
import { desk } from './desk/desk.ts';
import { createCaps } from './inbox/caps.ts';
import { inbox } from './inbox/inbox.ts';
import { settings } from './settings.ts';
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
