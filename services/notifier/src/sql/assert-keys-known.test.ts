import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { touch } from '@shotwire/postgres';
import { createSealer } from '../core/seal.ts';
import { openTestPostgres } from '../notifier.fixture.ts';
import { assertKeysKnown } from './assert-keys-known.ts';
import { accountSecret } from './secrets.ts';
import { instanceKey } from './signing-keys.ts';

const keys = { old: Buffer.alloc(32, 1), new: Buffer.alloc(32, 2), app: Buffer.alloc(32, 3) };
const sealerOf = (...ids: (keyof typeof keys)[]) => createSealer({ keys: ids.map((id) => ({ id, key: keys[id] })), randomBytes });

/** Whether the cause of what a transaction threw begins so. */
const isCausedBy = (beginning: string) => (thrown: unknown) =>
  thrown instanceof Error && thrown.cause instanceof Error && thrown.cause.message.startsWith(beginning);

test('what is in the database can be opened, or the key that is missing is named', async () => {
  await using house = await openTestPostgres();
  const { postgres } = house;
  const check = (sealer: ReturnType<typeof sealerOf>) => postgres.transaction((trx) => assertKeysKnown(trx, sealer));
  await check(sealerOf('new'));

  const id = randomUUID();
  await postgres.transaction(async (trx) => {
    await instanceKey(trx, { sealer: sealerOf('old'), randomBytes });
    await accountSecret(trx, { accountId: 'acme', sealer: sealerOf('new'), randomBytes });
    await touch(
      trx,
      `insert into apps (id, account_id, kind, description, settings, sealed) values (:id, 'acme', 'webhook', '', '{}', :sealed)`,
      {
        id,
        sealed: sealerOf('app').seal(Buffer.from('{}'), `app ${id}`),
      },
    );
  });
  await check(sealerOf('new', 'old', 'app'));
  for (const [missing, ...known] of [
    ['old', 'new', 'app'],
    ['new', 'old', 'app'],
    ['app', 'old', 'new'],
  ] as const)
    await assert.rejects(check(sealerOf(...known)), isCausedBy(`SECRETS_KEY must hold the key "${missing}"`));
});

test('another key of the same name is no key', async () => {
  await using house = await openTestPostgres();
  const { postgres } = house;
  await postgres.transaction((trx) => accountSecret(trx, { accountId: 'acme', sealer: sealerOf('new'), randomBytes }));
  const impostor = createSealer({ keys: [{ id: 'new', key: keys.old }], randomBytes });
  await assert.rejects(
    postgres.transaction((trx) => assertKeysKnown(trx, impostor)),
    isCausedBy('SECRETS_KEY must hold the key "new" as it was'),
  );
});

test('a secret that signs no more needs no key', async () => {
  await using house = await openTestPostgres();
  const { postgres } = house;
  await postgres.transaction(async (trx) => {
    await accountSecret(trx, { accountId: 'acme', sealer: sealerOf('old'), randomBytes });
    await touch(trx, `update secrets set expires_at = now() - interval '1 second'`);
  });
  await postgres.transaction((trx) => assertKeysKnown(trx, sealerOf('new')));
});
