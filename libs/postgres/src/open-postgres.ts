import { Failure } from '@shotwire/failures';
import type { Knex } from 'knex';
import { createPool, type PoolConnection } from './create-pool.ts';
import { type Migration, migrate } from './migrate.ts';
import { failureFromPostgres } from './postgres-errors.ts';

/** A transaction: what every sql/ function takes first, and hands to rows, row or touch. */
export type Transaction = Knex.Transaction;

/** A pool of connections to one service's schema. */
export interface Postgres extends AsyncDisposable {
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. What `work` throws is thrown on,
   * as a Failure. A database that cannot be reached, or does not answer in time, is a Failure `unavailable`.
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
  /** How long a statement may take; a transaction is given up two seconds later. No transaction of ours takes this long in health. */
  timeoutMs?: number;
}

/** A migration may rewrite a table, and waits for those of other replicas. */
const MIGRATION_TIMEOUT_MS = 600_000;
/** What a server that is there may take to say that a statement took too long. */
const ANSWER_MS = 2_000;

/** Connects, brings the schema up to date (safe when several replicas start at once) and gives the pool. */
export async function openPostgres({ url, pool, schema, migrations, timeoutMs = 10_000 }: PostgresParts): Promise<Postgres> {
  const name = `shotwire-${schema}`;
  const migrator = createPool({ url, name, schema, max: 2, timeoutMs: MIGRATION_TIMEOUT_MS });
  try {
    await migrate(migrator, schema, migrations);
  } catch (thrown) {
    throw failureFromPostgres(thrown);
  } finally {
    await migrator.destroy();
  }

  const db = createPool({ url, name, schema, max: pool, timeoutMs });
  const transaction = async <T>(work: (trx: Transaction) => Promise<T>): Promise<T> => {
    let connection: PoolConnection | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      const acquired: PoolConnection = await db.client.acquireConnection();
      connection = acquired;
      // The server's own time limits do not help when its answers are lost on the way.
      timer = setTimeout(() => acquired.connection.stream.destroy(), timeoutMs + ANSWER_MS);
      return await db.transaction((trx) => perform(trx, work), { connection });
    } catch (thrown) {
      throw failureFromPostgres(thrown);
    } finally {
      clearTimeout(timer);
      if (connection) await db.client.releaseConnection(connection);
    }
  };

  return {
    transaction,
    ping: () => transaction(async (trx) => void (await trx.raw('select 1'))),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

/** The driver's errors became Failures where the statements ran; what else is thrown is a mistake in `work`. */
async function perform<T>(trx: Transaction, work: (trx: Transaction) => Promise<T>): Promise<T> {
  // Knex calls back although the transaction could not begin, and throws its own error afterwards.
  if (trx.isCompleted()) throw new Error('the transaction could not begin');
  try {
    return await work(trx);
  } catch (thrown) {
    throw Failure.from(thrown);
  }
}
