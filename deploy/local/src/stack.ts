import { fileURLToPath, pathToFileURL } from 'node:url';
import { settings as captureSettings } from '@shotwire/capture/settings';
import { readConfig, type Setting, type Settings } from '@shotwire/config';
import { settings as gatewaySettings } from '@shotwire/gateway/settings';
import { settings as notifierSettings } from '@shotwire/notifier/settings';
import { CannotStart } from './cannot-start.ts';
import { freePort, portTrouble } from './free-port.ts';
import { type ChildPlan, type Kept, keepRunning } from './keep-running.ts';
import { planNats } from './nats.ts';
import { planPostgres } from './postgres.ts';
import { findProgram } from './programs.ts';
import { planService, serviceEnvironment } from './service.ts';
import { openState } from './state.ts';

/** A child of the stack, as those who test its resilience see it. It is started again whenever it ends. */
export interface RunningPart {
  /** The process that runs now, or ran last. */
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
}

/** One of our services. */
export interface RunningService extends RunningPart {
  /** Where /healthz, /readyz and /metrics are, without a slash at the end. */
  readonly observatoryUrl: string;
}

/** One of our services that the others call. */
export interface RunningRpcService extends RunningService {
  /** `host:port` of its gRPC server. */
  readonly address: string;
}

/** The whole system on this machine. Disposing of it ends everything within 10 s. */
export interface Stack extends AsyncDisposable {
  /** Where the REST API is, without a slash at the end. */
  readonly url: string;
  readonly apiKey: string;
  /** Where what is promised is kept: for those who measure or test it. */
  readonly databaseUrl: string;
  readonly services: {
    readonly gateway: RunningService;
    readonly capture: RunningRpcService;
    readonly notifier: RunningRpcService;
    readonly postgres: RunningPart;
    readonly nats: RunningPart;
  };
}

/** What a stack is started with. */
export interface StackParts {
  /** The folder that holds all its state; made if it is not there. */
  home: string;
  /** Settings of the services, SHOTWIRE_API_KEY among them; of anything else only PATH and HOME are used. */
  env: Readonly<Record<string, string | undefined>>;
  /** The gateway's port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** Takes lines for the person at the terminal. */
  log: (line: string) => void;
  /** Gives up starting. */
  signal?: AbortSignal;
  /** Ends without patience: what still runs is killed. */
  force?: AbortSignal;
}

const LEAVE_MS = 9_000;

/** Pictures pass through capture as large strings; with more room for the young they are gone before anyone has to move them. */
const roomy = ['--max-semi-space-size=32'];
/** Left to itself V8 lets garbage pile up to several times what gateway and notifier need. The Dockerfile says the same. */
const lean = ['--max-semi-space-size=8', '--max-old-space-size=128'];

/**
 * Starts Postgres, NATS, capture, notifier and gateway, each when what it needs is ready, and gives the stack when all are.
 * Throws CannotStart with a sentence when the port or the home folder is in use, or a part does not become ready.
 */
export async function startStack({ home, env, port: wantedPort, log, signal = never(), force = never() }: StackParts): Promise<Stack> {
  await using house = new AsyncDisposableStack();
  const port = await takePort(wantedPort);
  const program = findProgram('nats-server', env.PATH);
  if (!program) throw new CannotStart('There is no nats-server on PATH or in /usr/sbin.');

  const state = house.use(await openState(home));
  const hurry = new AbortController();
  const impatience = AbortSignal.any([force, hurry.signal]);
  const keep = (plan: ChildPlan) => keepRunning({ plan, state, log, signal, force: impatience });

  const postgres = await planPostgres({ state, port: await freePort(), path: env.PATH ?? '' });
  const nats = planNats({ state, port: await freePort(), program });
  const stores = await keepAll(house, [keep(postgres), keep(nats)]);

  const url = `http://127.0.0.1:${port}`;
  const secretOf = (setting: Setting<unknown>, kept: string) => givenOr(kept, setting, env);
  const apiKey = secretOf(gatewaySettings.apiKey, state.secrets.apiKey);
  const addresses = { capture: `127.0.0.1:${await freePort()}`, notifier: `127.0.0.1:${await freePort()}` };
  const observatories = { capture: await freePort(), notifier: await freePort(), gateway: await freePort() };
  const decided = {
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: env.PUBLIC_URL || url,
    DATABASE_URL: postgres.url,
    NATS_URL: nats.url,
    ARCHIVE_URL: secretOf(gatewaySettings.archiveUrl, pathToFileURL(state.path('archive')).href),
    CAPTURE_ADDRESS: addresses.capture,
    NOTIFIER_ADDRESS: addresses.notifier,
    SHOTWIRE_API_KEY: apiKey,
    LINKS_KEY: secretOf(gatewaySettings.linksKey, state.secrets.linksKey),
    SECRETS_KEY: secretOf(notifierSettings.secretsKeys, state.secrets.secretsKey),
    METRICS_HOST: '127.0.0.1',
    TMPDIR: state.path('tmp'),
  };
  const plan = (name: keyof typeof observatories, { settings, flags = [], address, patienceMs }: ServicePlan) =>
    planService({
      name,
      entry: fileURLToPath(import.meta.resolve(`@shotwire/${name}`)),
      env: serviceEnvironment({
        given: env,
        settings,
        decided: {
          ...decided,
          METRICS_PORT: String(observatories[name]),
          NODE_COMPILE_CACHE: state.path(`compile-cache/${name}`),
          ...(address && { GRPC_ADDRESS: address }),
        },
      }),
      flags,
      metricsPort: observatories[name],
      patienceMs,
    });

  const workers = await keepAll(house, [
    keep(plan('capture', { settings: captureSettings, flags: roomy, address: addresses.capture, patienceMs: 5_500 })),
    keep(plan('notifier', { settings: notifierSettings, flags: lean, address: addresses.notifier, patienceMs: 5_500 })),
  ]);
  const [gateway] = await keepAll(house, [keep(plan('gateway', { settings: gatewaySettings, flags: lean, patienceMs: 5_500 }))]);
  const serviceOf = (kept: Kept | undefined, name: keyof typeof observatories): RunningService =>
    Object.assign(kept as Kept, { observatoryUrl: `http://127.0.0.1:${observatories[name]}` });
  const rpcServiceOf = (kept: Kept | undefined, name: keyof typeof addresses): RunningRpcService =>
    Object.assign(serviceOf(kept, name), { address: addresses[name] });

  const parts = house.move();
  return {
    url,
    apiKey,
    databaseUrl: postgres.url,
    services: {
      gateway: serviceOf(gateway, 'gateway'),
      capture: rpcServiceOf(workers[0], 'capture'),
      notifier: rpcServiceOf(workers[1], 'notifier'),
      postgres: stores[0] as Kept,
      nats: stores[1] as Kept,
    },
    async [Symbol.asyncDispose]() {
      const late = setTimeout(() => hurry.abort(), LEAVE_MS);
      await parts[Symbol.asyncDispose]();
      clearTimeout(late);
    },
  };
}

interface ServicePlan {
  settings: Settings;
  flags?: readonly string[];
  address?: string;
  patienceMs: number;
}

/** What the person who starts the stack has set for a secret, in its variable or as a file, or else what the stack has for it. */
function givenOr(own: string, setting: Setting<unknown>, env: StackParts['env']): string {
  return readConfig({ text: { ...setting, fallback: own, parse: (text: string) => text } }, env).text;
}

/** Waits until all are ready; they will leave together. When one is not, those that are leave before its error is thrown. */
async function keepAll(house: AsyncDisposableStack, starting: readonly Promise<Kept>[]): Promise<readonly Kept[]> {
  const settled = await Promise.allSettled(starting);
  const kept = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  house.defer(async () => void (await Promise.all(kept.map((one) => one[Symbol.asyncDispose]()))));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return kept;
}

async function takePort(wanted: number): Promise<number> {
  const trouble = wanted === 0 ? undefined : await portTrouble(wanted);
  if (trouble === 'EADDRINUSE') throw new CannotStart(`Port ${wanted} is in use: end what listens there, or set PORT to another.`);
  if (trouble) throw new CannotStart(`Port ${wanted} cannot be opened (${trouble}): set PORT to another.`);
  return wanted || (await freePort());
}

function never(): AbortSignal {
  return new AbortController().signal;
}
