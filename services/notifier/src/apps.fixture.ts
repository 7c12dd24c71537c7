import { randomUUID } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Dialect, Profile, S3AppSchema, toWords, WebhookAppSchema } from '@shotwire/contract';
import { type Postgres, row, rows, touch } from '@shotwire/postgres';
import { closeKind } from './desk/stored-app.ts';
import { testSealer } from './notifier.fixture.ts';
import { insertApp, lockApp, updateApp } from './sql/apps.ts';
import { changeAppState } from './sql/change-app-state.ts';
import { rotateSecret, secretContext } from './sql/secrets.ts';

/** What apps of these tests sign with unless another secret is given. */
export const oldSecret = 'the old secret of these tests';

const settingsOf = (values: MessageInitShape<typeof WebhookAppSchema>) => toWords(WebhookAppSchema, create(WebhookAppSchema, values));

/** A secret as it is kept. */
export const sealSecret = (owner: string, text: string) => ({ owner, sealed: testSealer.seal(Buffer.from(text), secretContext(owner)) });

type Kind = Parameters<typeof closeKind>[0];

type AppWish = MessageInitShape<typeof WebhookAppSchema> & {
  accountId?: string;
  /** What it signs with, oldest first. */
  secrets?: readonly string[];
};

/** Registers a webhook app; gives its id. */
export function keepWebhookApp(postgres: Postgres, { accountId, secrets = [oldSecret], ...values }: AppWish): Promise<string> {
  return keepApp(postgres, { kind: { case: 'webhook', value: create(WebhookAppSchema, values) }, secrets, accountId });
}

/** Registers a bucket of the account acme; gives its id. */
export function keepS3App(postgres: Postgres, values: MessageInitShape<typeof S3AppSchema>): Promise<string> {
  return keepApp(postgres, { kind: { case: 's3', value: create(S3AppSchema, { pathTemplate: '{domain}/{id}.{ext}', ...values }) } });
}

interface Registration {
  kind: Kind;
  secrets?: readonly string[];
  accountId?: string | undefined;
}

async function keepApp(postgres: Postgres, { kind, secrets = [], accountId = 'acme' }: Registration): Promise<string> {
  const id = randomUUID();
  const stored = closeKind(kind, { id, sealer: testSealer });
  await postgres.transaction(async (trx) => {
    await insertApp(trx, { id, accountId, description: 'Orders', atMost: 100, ...stored });
    for (const text of secrets) await rotateSecret(trx, { ...sealSecret(id, text), overlapS: 3_600 });
  });
  return id;
}

/** An app's state and why. */
export function appIn(postgres: Postgres, id: string): Promise<{ state: string; reason: string | null } | undefined> {
  return postgres.transaction((trx) => row(trx, 'select state, disabled_reason as reason from apps where id = :id', { id }));
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
