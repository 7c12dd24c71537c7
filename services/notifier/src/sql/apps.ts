import type { JsonObject } from '@bufbuild/protobuf';
import type { Instant } from '@shotwire/contract';
import { openLane } from '@shotwire/lanes';
import { row, rows, type Transaction } from '@shotwire/postgres';
import { laneOfApp } from '../core/lane.ts';

/** The states of an app as Postgres holds them. */
export type AppState = 'enabled' | 'paused' | 'disabled';

/** An app as Postgres holds it. */
export interface AppRow {
  id: string;
  kind: 'webhook' | 's3';
  description: string;
  state: AppState;
  /** gone, asked or failing. */
  disabledReason: string | null;
  /** The WebhookApp or S3App without what is secret, in proto's words. */
  settings: JsonObject;
  /** Headers of a webhook, or the secret key of a bucket. */
  sealed: Buffer | null;
  createdAt: Instant;
  updatedAt: Instant;
  failingSince: Instant | null;
}

/** What its owner decides of an app. */
export type AppValues = Pick<AppRow, 'description' | 'settings' | 'sealed'>;

interface Named {
  id: string;
  accountId: string;
}

const columns = `id, kind, description, state, disabled_reason as "disabledReason", settings, sealed,
                 created_at as "createdAt", updated_at as "updatedAt", failing_since as "failingSince"`;

/** An app of an account, or undefined when it has no such app. */
export function findApp(trx: Transaction, { id, accountId }: Named): Promise<AppRow | undefined> {
  return row<AppRow>(trx, `select ${columns} from apps where id = :id and account_id = :accountId`, { id, accountId });
}

/** The same, and nobody else changes it before this transaction ends. Apps are locked before the queue, and that before deliveries. */
export function lockApp(trx: Transaction, { id, accountId }: Named): Promise<AppRow | undefined> {
  return row<AppRow>(trx, `select ${columns} from apps where id = :id and account_id = :accountId for no key update`, { id, accountId });
}

/** The apps of an account, oldest first; only those named, if some are. */
export function listApps(trx: Transaction, { accountId, ids }: { accountId: string; ids?: readonly string[] }): Promise<AppRow[]> {
  return rows<AppRow>(
    trx,
    `select ${columns} from apps where account_id = :accountId and (:ids::uuid[] is null or id = any(:ids::uuid[])) order by created_at, id`,
    { accountId, ids: ids ?? null },
  );
}

/** Makes an app; undefined when the account has `atMost` already. */
export function insertApp(
  trx: Transaction,
  { settings, atMost, ...given }: Named & AppValues & Pick<AppRow, 'kind'> & { atMost: number },
): Promise<AppRow | undefined> {
  return row<AppRow>(
    trx,
    `insert into apps (id, account_id, kind, description, settings, sealed)
     select :id::uuid, :accountId, :kind, :description, :settings::jsonb, :sealed::bytea
     where (select count(*) from apps where account_id = :accountId) < :atMost
     returning ${columns}`,
    { ...given, settings: JSON.stringify(settings), atMost },
  );
}

/** Changes what its owner decides of an app. One that goes elsewhere from now on has not failed there yet. */
export async function updateApp(
  trx: Transaction,
  { id, description, settings, sealed, moved }: Pick<AppRow, 'id'> & AppValues & { moved: boolean },
): Promise<AppRow | undefined> {
  if (moved) await startAfresh(trx, id);
  return row<AppRow>(
    trx,
    `update apps
     set description = :description, settings = :settings::jsonb, sealed = :sealed::bytea, updated_at = clock_timestamp(),
         failing_since = case when :moved then null else failing_since end
     where id = :id
     returning ${columns}`,
    { id, description, settings: JSON.stringify(settings), sealed, moved },
  );
}

/** Writes the state of an app; one that is enabled starts afresh. */
export async function writeAppState(
  trx: Transaction,
  { id, state, disabledReason }: Pick<AppRow, 'id' | 'state' | 'disabledReason'>,
): Promise<AppRow | undefined> {
  if (state === 'enabled') await startAfresh(trx, id);
  return row<AppRow>(
    trx,
    `update apps
     set state = :state, disabled_reason = :disabledReason, updated_at = clock_timestamp(),
         failing_since = case when :state = 'enabled' then null else failing_since end
     where id = :id
     returning ${columns}`,
    { id, state, disabledReason },
  );
}

/** Lets the deliveries of an app go out at once, however its attempts went before. */
async function startAfresh(trx: Transaction, id: string): Promise<void> {
  const owned = await row<{ accountId: string }>(trx, 'select account_id as "accountId" from apps where id = :id', { id });
  if (owned) await openLane(trx, laneOfApp({ id, ...owned }));
}
