import { randomUUID } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Dialect, Profile, toWords, WebhookAppSchema } from '@shotwire/contract';
import { type Postgres, row, rows, touch } from '@shotwire/postgres';
import { testSealer } from './notifier.fixture.ts';
import { insertApp, lockApp, updateApp } from './sql/apps.ts';
import { changeAppState } from './sql/change-app-state.ts';
import { insertSecret, secretContext } from './sql/secrets.ts';

/** What apps of these tests sign with unless another secret is given. */
export const oldSecret = 'the old secret of these tests';

const settingsOf = (values: MessageInitShape<typeof WebhookAppSchema>) => toWords(WebhookAppSchema, create(WebhookAppSchema, values));

/** A secret as it is kept. */
export const sealSecret = (owner: string, text: string) => ({ owner, sealed: testSealer.seal(Buffer.from(text), secretContext(owner)) });

type AppWish = MessageInitShape<typeof WebhookAppSchema> & { accountId?: string };

/** Registers a webhook app; gives its id. */
export async function addApp(postgres: Postgres, { accountId = 'acme', ...values }: AppWish): Promise<string> {
  const id = randomUUID();
  const app = { id, accountId, kind: 'webhook' as const, description: 'Orders', settings: settingsOf(values), sealed: null, atMost: 100 };
  await postgres.transaction(async (trx) => {
    await insertApp(trx, app);
    await insertSecret(trx, sealSecret(id, oldSecret));
  });
  return id;
}

/** An app whose webhooks are written as the model of the profile center does. */
export const ofCenter = { profile: Profile.CENTER, dialect: Dialect.DONE };

/** Does with an app of acme what its owner does at the desk. */
export function changeState(postgres: Postgres, id: string, state: 'enabled' | 'paused' | 'disabled'): Promise<unknown> {
  return postgres.transaction(async (trx) => {
    const found = await lockApp(trx, { id, accountId: 'acme' });
    if (!found) throw new Error(`there is no app ${id}`);
    return changeAppState(trx, { row: found, state });
  });
}

/** Gives an app of acme another URL, as the desk does. */
export function moveApp(postgres: Postgres, id: string, values: MessageInitShape<typeof WebhookAppSchema>): Promise<unknown> {
  return postgres.transaction(async (trx) => {
    await lockApp(trx, { id, accountId: 'acme' });
    return updateApp(trx, { id, description: 'Orders', settings: settingsOf(values), sealed: null, moved: true });
  });
}

type Bindings = NonNullable<Parameters<typeof touch>[2]>;

/** Changes rows behind everyone's back, mostly to move a time. Gives how many. */
export function alter(postgres: Postgres, sql: string, bindings: Bindings = {}): Promise<number> {
  return postgres.transaction((trx) => touch(trx, sql, bindings));
}

/** Asks for rows. */
export function ask<Row extends object>(postgres: Postgres, sql: string, bindings: Bindings = {}): Promise<Row[]> {
  return postgres.transaction((trx) => rows<Row>(trx, sql, bindings));
}

/** Makes everything that waits for its next attempt due now. */
export async function makeAllDue(postgres: Postgres): Promise<void> {
  await postgres.transaction(async (trx) => {
    await touch(trx, 'update lane_items set due_at = now() where claim_id is null');
    await touch(trx, "update deliveries set next_attempt_at = now() where state = 'pending'");
  });
}

/** The id of the only delivery. */
export async function onlyWebhookId(postgres: Postgres): Promise<string> {
  const found = await postgres.transaction((trx) => row<{ id: string }>(trx, 'select webhook_id as id from deliveries'));
  return found?.id ?? '';
}
