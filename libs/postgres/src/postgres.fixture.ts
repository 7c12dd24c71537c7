import { openPostgres } from './open-postgres.ts';
import { createTestDatabase } from './testing/test-database.ts';

/** An empty database of its own. */
export function createEmptyDatabase() {
  return createTestDatabase({ template: 'empty', prepare: async () => {} });
}

/** A pool on an empty database of its own. */
export async function openTestPostgres({ timeoutMs = 10_000 } = {}) {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createEmptyDatabase());
  const postgres = opening.use(await openPostgres({ url: new URL(database.url), pool: 4, schema: 'thing', migrations: [], timeoutMs }));
  const house = opening.move();
  return { url: database.url, postgres, [Symbol.asyncDispose]: () => house.disposeAsync() };
}
