import { randomUUID } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { S3AppSchema, WebhookAppSchema } from '@shotwire/contract';
import type { Postgres } from '@shotwire/postgres';
import { row, touch } from '@shotwire/postgres';
import { closeKind } from './desk/stored-app.ts';
import { testSealer } from './notifier.fixture.ts';
import { insertApp } from './sql/apps.ts';
import { rotateSecret, secretContext } from './sql/secrets.ts';

type Kind = Parameters<typeof closeKind>[0];

/** Puts a webhook app of the account acme on record, with the secrets it signs with, oldest first; gives its id. */
export function keepWebhookApp(
  postgres: Postgres,
  { secrets = ['a secret of this app'], ...values }: MessageInitShape<typeof WebhookAppSchema> & { secrets?: readonly string[] },
): Promise<string> {
  return keepApp(postgres, { case: 'webhook', value: create(WebhookAppSchema, values) }, secrets);
}

/** Puts a bucket of the account acme on record; gives its id. */
export function keepS3App(postgres: Postgres, values: MessageInitShape<typeof S3AppSchema>): Promise<string> {
  return keepApp(postgres, { case: 's3', value: create(S3AppSchema, { pathTemplate: '{domain}/{id}.{ext}', ...values }) }, []);
}

async function keepApp(postgres: Postgres, kind: Kind, secrets: readonly string[]): Promise<string> {
  const id = randomUUID();
  const stored = closeKind(kind, { id, sealer: testSealer });
  await postgres.transaction(async (trx) => {
    await insertApp(trx, { id, accountId: 'acme', description: 'an app', atMost: 100, ...stored });
    for (const text of secrets)
      await rotateSecret(trx, { owner: id, sealed: testSealer.seal(Buffer.from(text), secretContext(id)), overlapS: 3_600 });
  });
  return id;
}

/** An app's state and why. */
export function appIn(postgres: Postgres, id: string): Promise<{ state: string; reason: string | null } | undefined> {
  return postgres.transaction((trx) => row(trx, 'select state, disabled_reason as reason from apps where id = :id', { id }));
}

/** Lets everything that waits for its next attempt be due now. */
export function makeDue(postgres: Postgres): Promise<number> {
  return postgres.transaction((trx) => touch(trx, 'update lane_items set due_at = now() where claim_id is null and not ripe'));
}
