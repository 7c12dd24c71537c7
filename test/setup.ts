import { startTestPostgres, type TestPostgres } from '@shotwire/testing';

let postgres: TestPostgres | undefined;

/** Runs once before all test files: one Postgres for the whole run, found by TEST_POSTGRES_URL. */
export async function globalSetup(): Promise<void> {
  postgres = await startTestPostgres();
  process.env.TEST_POSTGRES_URL = postgres.url;
}

/** Runs once after all test files. */
export async function globalTeardown(): Promise<void> {
  await postgres?.close();
}
