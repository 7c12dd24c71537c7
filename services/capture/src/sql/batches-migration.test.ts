import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPostgres, rows, touch } from '@shotwire/postgres';
import { createTestDatabase } from '@shotwire/postgres/testing';
import { migrations } from './migrations.ts';

test('screenshots that were there before get their numbers by age, and the bytes of their results', async () => {
  await using database = await createTestDatabase({ template: 'empty', prepare: async () => {} });
  const open = (upTo: number) =>
    openPostgres({ url: new URL(database.url), pool: 1, schema: 'capture', migrations: migrations.slice(0, upTo) });
  const before = migrations.findIndex(({ name }) => name === '003-batches');
  {
    await using postgres = await open(before);
    const fill = `insert into screenshots (id, account_id, url, options, image_key, created_at, file_size, artefacts)
                  select gen_random_uuid(), 'acme', n::text, '{}', 'k', now() - make_interval(secs => n), case when n = 2 then 100 end,
                         case when n = 2 then '[{"name": "pdf", "fileSize": "23"}]'::jsonb else '[]' end
                  from generate_series(1, 3) n`;
    await postgres.transaction((trx) => touch(trx, fill));
  }
  await using postgres = await open(before + 1);
  const found = await postgres.transaction(async (trx) => {
    await touch(
      trx,
      "insert into screenshots (id, account_id, url, options, image_key) values (gen_random_uuid(), 'acme', 'new', '{}', 'k')",
    );
    return rows(trx, 'select url, number, result_bytes as bytes from screenshots order by number');
  });
  assert.deepEqual(found, [
    { url: '3', number: 1, bytes: null },
    { url: '2', number: 2, bytes: 123 },
    { url: '1', number: 3, bytes: null },
    { url: 'new', number: 4, bytes: null },
  ]);
});
