import { randomUUID } from 'node:crypto';
import { openPostgres, row, touch } from '@shotwire/postgres';
import { createTestDatabase } from '@shotwire/postgres/testing';
import { openGateway } from '../gateway.fixture.ts';
import type { ApiKey } from '../keys/api-key.ts';
import { createKeyring } from '../keys/create-keyring.ts';
import { hashKey } from '../keys/hash-key.ts';
import { storedKey } from '../keys/stored-key.ts';
import { countRequests } from '../sql/count-requests.ts';
import { findKey, findKeyById } from '../sql/find-key.ts';
import { insertKey } from '../sql/insert-key.ts';
import { migrations } from '../sql/migrations.ts';
import { seedKey } from '../sql/seed-key.ts';
import { createRequestRate } from './create-request-rate.ts';

const open = (url: string) => openPostgres({ url: new URL(url), pool: 4, schema: 'gateway', migrations });

/** A database with the gateway's schema and nothing in it. */
export async function openDatabase() {
  await using house = new AsyncDisposableStack();
  const database = house.use(
    await createTestDatabase({
      template: `gateway ${migrations.map(({ up }) => up).join()}`,
      prepare: async (url) => {
        await using _ = await open(url);
      },
    }),
  );
  const postgres = house.use(await open(database.url));
  const rooms = house.move();
  return {
    url: database.url,
    postgres,
    /** Lets a key in as the one of the settings. */
    seed: (key: string) => postgres.transaction((trx) => seedKey(trx, { id: randomUUID(), accountId: 'default', ...storedKey(key) })),
    /** Adds a key to an account. */
    async add(sent: string, { accountId = 'one', scopes = ['admin'], domains = [] }: Partial<ApiKey> = {}) {
      const key = { id: randomUUID(), accountId, name: sent, scopes, domains };
      await postgres.transaction((trx) => insertKey(trx, { ...key, ...storedKey(sent) }));
      return key;
    },
    /** Adds keys that nobody knows to an account. */
    fill: ({ accountId, keys }: { accountId: string; keys: number }) =>
      postgres.transaction(async (trx) => {
        await touch(trx, 'insert into accounts (id) values (:accountId) on conflict do nothing', { accountId });
        await touch(
          trx,
          `insert into api_keys (id, account_id, name, sha256, label)
           select gen_random_uuid(), :accountId, n::text, sha256(n::text::bytea), null from generate_series(1, :keys::int) n`,
          { accountId, keys },
        );
      }),
    find: (sent: string) => postgres.transaction((trx) => findKey(trx, hashKey(sent))),
    /** Runs a statement and gives its first row. */
    ask: <Row>(sql: string) => postgres.transaction((trx) => row<Row>(trx, sql)),
    change: (sql: string) => postgres.transaction((trx) => touch(trx, sql)),
    [Symbol.asyncDispose]: () => rooms.disposeAsync(),
  };
}

type GatewayParts = NonNullable<Parameters<typeof openGateway>[0]>;

interface Limited extends GatewayParts {
  /** Its database, which others may have too. */
  url: string;
  rateLimit?: number;
  monthlyQuota?: number;
  now?: () => number;
}

/** A gateway that keeps its keys and its limits in a database, as the real one does. */
export async function openLimitedGateway({ url, rateLimit = 0, monthlyQuota = 0, now = Date.now, ...given }: Limited) {
  await using house = new AsyncDisposableStack();
  const postgres = house.use(await open(url));
  const keyring = createKeyring({
    findKey: (sha256) => postgres.transaction((trx) => findKey(trx, sha256)),
    findKeyById: (id) => postgres.transaction((trx) => findKeyById(trx, id)),
    now,
  });
  const count = (counting: Parameters<typeof countRequests>[1]) => postgres.transaction((trx) => countRequests(trx, counting));
  const requestRate = createRequestRate({ limit: rateLimit, count, now });
  const parts = { postgres, keyring, requestRate, monthlyQuota, newId: randomUUID, now, ...given.parts };
  const gateway = house.use(await openGateway({ ...given, parts }));
  const rooms = house.move();
  return { ...gateway, [Symbol.asyncDispose]: () => rooms.disposeAsync() };
}
