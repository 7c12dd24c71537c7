import { createHash, randomUUID } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';

/** A database of one test, gone when it is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

interface Wish {
  /** What the database is made from, as text (the migrations' names and contents): another text, another template. */
  template: string;
  /** Fills an empty database; must have closed its connections when it gives back. */
  prepare: (url: string) => Promise<void>;
  /** A superuser's URL; the Postgres that the test run started unless given. */
  server?: string | undefined;
}

/** Who makes a template holds this lock (any number that nothing else uses), so that test files can run in parallel. */
const templateLock = 7_468_951;

/**
 * A fresh database, cloned from a template. The first caller on a server prepares the template, the others wait for it.
 * Throws when there is no Postgres to clone in.
 */
export async function createTestDatabase({ template, prepare, server = process.env.TEST_POSTGRES_URL }: Wish): Promise<TestDatabase> {
  if (!server) {
    throw new Error(
      'TEST_POSTGRES_URL is not set. Run `make test`, which starts a Postgres for the tests, or `node --test --test-global-setup=test/setup.ts FILE`.',
    );
  }
  const source = `template_${createHash('sha256').update(template).digest('hex').slice(0, 16)}`;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(server, async (client) => {
    await ensureTemplate({ client, server, source, prepare });
    await client.query(`create database ${escapeIdentifier(name)} template ${escapeIdentifier(source)}`);
  });
  return {
    url: databaseUrl(server, name),
    async [Symbol.asyncDispose]() {
      // By force, because a test that failed may have left connections open.
      await withClient(server, (client) => client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`));
    },
  };
}

async function ensureTemplate({
  client,
  server,
  source,
  prepare,
}: {
  client: Client;
  server: string;
  source: string;
  prepare: Wish['prepare'];
}): Promise<void> {
  const isThere = async () => (await client.query('select from pg_database where datname = $1', [source])).rowCount === 1;
  if (await isThere()) return;
  await client.query('select pg_advisory_lock($1)', [templateLock]);
  try {
    if (await isThere()) return;
    // Under a draft's name until it is complete: a half-prepared template must never be cloned.
    const draft = `${source}_draft`;
    await client.query(`drop database if exists ${escapeIdentifier(draft)} with (force)`);
    await client.query(`create database ${escapeIdentifier(draft)}`);
    await prepare(databaseUrl(server, draft));
    await client.query(`alter database ${escapeIdentifier(draft)} rename to ${escapeIdentifier(source)}`);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [templateLock]);
  }
}

async function withClient<T>(server: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server, connectionTimeoutMillis: 10_000, query_timeout: 60_000 });
  // A connection that breaks while it is idle must fail the next query, not the process.
  client.on('error', () => {});
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
