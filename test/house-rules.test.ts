import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

interface HouseRule {
  why: string;
  /** The files it is about. */
  where: RegExp;
  /** What they may not import. */
  never: RegExp;
}

const service = 'gateway|capture|notifier';

/** Who holds which key: the table of the architecture, as sentences. */
const rules: readonly HouseRule[] = [
  { why: 'a service never reaches into another service', where: /^services\//, never: new RegExp(`^@shotwire/(${service})`) },
  { why: 'a library never leans on a service', where: /^libs\//, never: new RegExp(`^@shotwire/(${service}|local|test)`) },
  {
    why: 'core is pure: it knows no I/O',
    where: /\/core\//,
    never: /^(node:(?!crypto)|puppeteer|pg|knex|nats|minio|fastify|undici|@shotwire\/(postgres|rpc|events|archive|egress|lanes|telemetry))/,
  },
  { why: 'core leans on nothing beside it', where: /\/core\//, never: /^\.\.\// },
  { why: 'only the chrome room knows puppeteer', where: /^(?!services\/capture\/src\/chrome\/)/, never: /^puppeteer/ },
  { why: 'only libs/postgres holds the driver', where: /^(?!libs\/postgres\/)/, never: /^(pg|knex)$/ },
  { why: 'only libs/events speaks to NATS', where: /^(?!libs\/events\/)/, never: /^(nats|@nats-io\/)/ },
  { why: 'only libs/archive speaks to object storage', where: /^(?!libs\/archive\/)/, never: /^minio$/ },
  { why: 'only libs/rpc speaks gRPC', where: /^(?!libs\/rpc\/)/, never: /^@grpc\// },
  { why: 'only libs/telemetry counts', where: /^(?!libs\/telemetry\/)/, never: /^(prom-client|pino)$/ },
  { why: 'only the gateway serves HTTP to clients', where: /^(?!services\/gateway\/)/, never: /^fastify$/ },
  {
    why: 'servers and sockets are opened at the edges alone',
    where: /^(?!libs\/(archive|egress|telemetry)\/|services\/gateway\/|deploy\/)/,
    never: /^node:(http|https|net|tls|dgram)$/,
  },
  { why: 'failures, config and deadlines lean on nothing', where: /^libs\/(failures|config|deadlines)\//, never: /^(?!node:|\.)/ },
  { why: 'the client leans on nothing', where: /^libs\/client\//, never: /^(?!node:|\.)/ },
  { why: 'the client runs in browsers, but for its command line', where: /^libs\/client\/src\/(?!cli\/)/, never: /^(node:|\.\.?\/cli\/)/ },
  { why: 'dependencies of tests stay in tests', where: /./, never: /^@shotwire\/(testing$|.*\/testing$)/ },
];

const files = globSync('{libs,services,deploy}/**/src/**/*.ts', {
  exclude: ['**/gen/**', '**/node_modules/**', '**/*.test.ts', '**/*.fixture.ts', 'libs/testing/**', 'libs/*/src/testing/**'],
});

function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].flatMap(([, name]) => (name ? [name] : []));
}

for (const { why, where, never } of rules) {
  test(why, () => {
    const broken = files
      .filter((file) => where.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => never.test(name))
          .map((name) => `${file} → ${name}`),
      );
    assert.deepEqual(broken, []);
  });
}

test('only main files, and those that start processes, touch the process', () => {
  const may = /(\/main\.ts|^deploy\/local\/src\/)/;
  const broken = files
    .filter((file) => !may.test(file))
    .filter((file) => /process\.(env|on|once|exit)\b/.test(readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')));
  assert.deepEqual(broken, []);
});

test('the rules look at every room', () => {
  const rooms = new Set(files.map((file) => file.split('/').slice(0, 2).join('/')));
  assert.deepEqual([...rooms].sort(), [
    'deploy/local',
    'libs/archive',
    'libs/client',
    'libs/config',
    'libs/contract',
    'libs/deadlines',
    'libs/egress',
    'libs/events',
    'libs/failures',
    'libs/lanes',
    'libs/links',
    'libs/postgres',
    'libs/rpc',
    'libs/telemetry',
    'services/capture',
    'services/gateway',
    'services/notifier',
  ]);
});
