import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Postgres, rows } from '@shotwire/postgres';
import { openIntake } from '../../services/capture/src/intake/intake.fixture.ts';
import { openDatabase, openLimitedGateway } from '../../services/gateway/src/limits/limited-gateway.fixture.ts';
import { openApp } from '../../services/gateway/src/open-app.ts';
import type { Document } from '../../services/gateway/src/openapi/operations-of.fixture.ts';
import { keepDelivery, openDesk } from '../../services/notifier/src/desk/desk.fixture.ts';
import { type Sent, sendRequest } from './send-request.ts';

/** How many of each thing there are to ask about. */
const supply = 12;

/** A table and how many rows it has. */
type Counts = Readonly<Record<string, number>>;

/** What names something in paths and bodies. */
export interface Known {
  screenshots: readonly string[];
  apps: readonly string[];
  deliveries: readonly string[];
  keys: readonly string[];
}

/** The gateway on a real socket, before the real intake and the real desk, each with a database of its own. No Chrome and no courier. */
export async function openFuzzHouse() {
  await using opening = new AsyncDisposableStack();
  const intake = opening.use(await openIntake());
  const desk = opening.use(await openDesk());
  const database = opening.use(await openDatabase());
  const key = 'sk_fuzz';
  await database.add(key, { accountId: 'one' });
  const gateway = opening.use(
    await openLimitedGateway({ url: database.url, parts: { intake: intake.client, desk: desk.client, egressAllow: [] } }),
  );
  const open = opening.use(await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 200 }));

  const send = (sent: Omit<Sent, 'port'>) =>
    sendRequest({ ...sent, port: open.port, headers: { authorization: `Bearer ${key}`, ...sent.headers } });
  const make = async (path: string, body: object): Promise<string> => {
    const { status, body: answer } = await send({
      method: 'post',
      target: `/api/v1${path}`,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
    assert.ok(status < 300, answer);
    return JSON.parse(answer).id;
  };

  const known = { screenshots: [] as string[], apps: [] as string[], deliveries: [] as string[], keys: [] as string[] };
  for (let n = 0; n < supply; n++) {
    known.screenshots.push(await make('/screenshots', { url: 'https://example.com', tags: ['known'] }));
    known.apps.push(await make('/apps', { webhook: { url: 'https://receiver.test/hook' } }));
    known.keys.push(await make('/keys', { name: `key ${n}` }));
    const state = ['pending', 'succeeded', 'failed', 'sending'][n % 4] as string;
    known.deliveries.push(await keepDelivery(desk.postgres, { accountId: 'one', state, attempts: 1, body: '{}' }));
  }
  // What is made when it is first asked for is there before anything is counted.
  for (const target of ['/.well-known/jwks.json', '/api/v1/account/signing-secret']) await send({ method: 'get', target });
  const document = JSON.parse((await send({ method: 'get', target: '/openapi.json' })).body) as Document;

  const databases = { capture: intake.postgres, notifier: desk.postgres, gateway: database.postgres };
  const countRows = async (): Promise<Counts> =>
    Object.assign({}, ...(await Promise.all(Object.entries(databases).map(([schema, postgres]) => countTables(postgres, schema)))));

  const house = opening.move();
  return {
    port: open.port,
    document,
    known,
    send,
    countRows,
    lines: gateway.lines,
    newKey: () => randomUUID(),
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

async function countTables(postgres: Postgres, schema: string): Promise<Counts> {
  const counted = await postgres.transaction((trx) =>
    rows<{ name: string; count: string }>(
      trx,
      `select table_name as name,
              (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I.%I', table_schema, table_name), false, true, '')))[1]::text as count
       from information_schema.tables where table_schema = :schema and table_type = 'BASE TABLE'`,
      { schema },
    ),
  );
  return Object.fromEntries(counted.map(({ name, count }) => [`${schema}.${name}`, Number(count)]));
}
