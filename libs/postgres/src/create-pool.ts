import knex, { type Knex } from 'knex';
import type { Client } from 'pg';
import './types.ts';

/** What the pool hands out: a client of the driver. */
export type PoolConnection = Client;

interface PoolParts {
  url: URL;
  /** How the server's activity list names these connections. */
  name: string;
  schema: string;
  /** Connections at most. */
  max: number;
  /** How long a statement, or a transaction between two statements, may take. */
  timeoutMs: number;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** Whatever Knex has to say also arrives as an error; its own lines would not be in the format of the log. */
const silent = { debug() {}, warn() {}, error() {}, deprecate() {} };

/** Connections to one schema, made when they are needed. */
export function createPool({ url, name, schema, max, timeoutMs }: PoolParts): Knex {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url.href,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: timeoutMs,
      idle_in_transaction_session_timeout: timeoutMs,
      keepAlive: true,
      application_name: name,
      // A server that does not look would go on with the statement of a process that was killed, and keep its locks.
      options: '-c timezone=UTC -c datestyle=ISO -c client_connection_check_interval=1s',
    },
    pool: { min: 0, max },
    acquireConnectionTimeout: CONNECT_TIMEOUT_MS,
    searchPath: [schema],
    log: silent,
  });
}
