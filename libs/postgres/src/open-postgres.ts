import { Failure } from '@shotwire/failures';
import knex, { type Knex } from 'knex';
import { type Migration, migrate } from './migrate.ts';
import { failureFromPostgres } from './postgres-errors.ts';
import './types.ts';

/** A transaction: what every sql/ function takes first. */
export type Transaction = Knex.Transaction;

/** A pool of connections to one service's schema. */
export interface Postgres extends AsyncDisposable {
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects.
   * A database that cannot be reached is a Failure `unavailable`.
   */
  transaction<T>(work: (trx: Transaction) => Promise<T>): Promise<T>;
  /** Resolves when the database answers; Failure `unavailable` otherwise. */
  ping(): Promise<void>;
}

interface PostgresParts {
  url: URL;
  /** Connections at most. */
  pool: number;
  /** The schema that unqualified names mean, made when it is not there. */
  schema: string;
  migrations: readonly Migration[];
}

/** No statement of ours takes this long in health; a stuck one must not hold its caller for ever. */
const STATEMENT_TIMEOUT_MS = 10_000;
const ACQUIRE_TIMEOUT_MS = 5_000;

/** Connects, brings the schema up to date (safe when several replicas start at once) and gives the pool. */
export async function openPostgres({ url, pool, schema, migrations }: PostgresParts): Promise<Postgres> {
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: url.href,
      connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
      application_name: `shotwire-${schema}`,
      options: '-c timezone=UTC -c datestyle=ISO',
    },
    pool: { min: 0, max: pool },
    acquireConnectionTimeout: ACQUIRE_TIMEOUT_MS,
    searchPath: [schema],
  });

  const transaction = async <T>(work: (trx: Transaction) => Promise<T>): Promise<T> => {
    try {
      return await db.transaction(work);
    } catch (thrown) {
      throw thrown instanceof Failure ? thrown : failureFromPostgres(thrown);
    }
  };

  try {
    await migrate(db, schema, migrations);
  } catch (thrown) {
    await db.destroy();
    throw failureFromPostgres(thrown);
  }

  return {
    transaction,
    ping: () => transaction(async (trx) => void (await trx.raw('select 1'))),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
