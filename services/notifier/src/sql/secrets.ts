import type { Instant } from '@shotwire/contract';
import { row, rows, type Transaction, touch } from '@shotwire/postgres';
import type { Sealer } from '../core/seal.ts';
import { newSecretText } from '../core/secret.ts';

/** What a secret is sealed for: it opens for its owner, an app or an account, and nobody else. */
export const secretContext = (owner: string) => `secret ${owner}`;

/** What seals the secret and the headers that came with a webhook_url: they open for the account that sent them, and no other. */
export const webhookContext = (accountId: string) => `webhook ${accountId}`;

/** How many secrets of one owner sign at once. */
const LIVE_AT_MOST = 3;

/** The secrets that sign now, sealed, newest first, by the owner that was asked for. */
export async function liveSecrets(trx: Transaction, { owners }: { owners: readonly string[] }): Promise<Map<string, Buffer[]>> {
  const found = await rows<{ owner: string; sealed: Buffer }>(
    trx,
    `select owner, sealed from secrets
     where owner = any(:owners) and (expires_at is null or expires_at > now())
     order by created_at desc`,
    { owners },
  );
  const live = new Map<string, Buffer[]>();
  for (const { owner, sealed } of found) live.set(owner, [...(live.get(owner) ?? []), sealed]);
  return live;
}

/** A secret as it is kept. */
export interface SealedSecret {
  owner: string;
  sealed: Buffer;
}

/** Keeps a secret for an owner that has none that lasts. */
export async function insertSecret(trx: Transaction, { owner, sealed }: SealedSecret): Promise<void> {
  await touch(trx, 'insert into secrets (id, owner, sealed) values (gen_random_uuid(), :owner, :sealed) on conflict do nothing', {
    owner,
    sealed,
  });
}

/**
 * Replaces an owner's secret; whoever calls holds the owner's lock. The old one signs for `overlapS` seconds more, no older one for
 * longer, and of too many the oldest no more. Gives when the old one ends.
 */
export async function rotateSecret(
  trx: Transaction,
  { overlapS, ...made }: SealedSecret & { overlapS: number },
): Promise<Instant | undefined> {
  const old = await row<{ until: Instant }>(
    trx,
    `with ending as (
       update secrets set expires_at = least(expires_at, now() + make_interval(secs => :overlapS))
       where owner = :owner
       returning expires_at
     )
     select max(expires_at) as until from ending`,
    { owner: made.owner, overlapS },
  );
  await insertSecret(trx, made);
  await touch(
    trx,
    `delete from secrets
     where owner = :owner
       and (expires_at <= now() or id in (select id from secrets where owner = :owner order by created_at desc offset :liveAtMost))`,
    { owner: made.owner, liveAtMost: LIVE_AT_MOST },
  );
  return old?.until;
}

interface AccountSecret {
  accountId: string;
  sealer: Sealer;
  randomBytes: (size: number) => Buffer;
}

/** The secret of an account, sealed, made now if it has none. Whoever makes it first wins; all others get the same. */
export async function accountSecret(trx: Transaction, { accountId: owner, sealer, randomBytes }: AccountSecret): Promise<SealedSecret> {
  const find = async () => (await liveSecrets(trx, { owners: [owner] })).get(owner)?.[0];
  const found = await find();
  if (found) return { owner, sealed: found };
  const text = newSecretText(randomBytes(32));
  await insertSecret(trx, { owner, sealed: sealer.seal(Buffer.from(text), secretContext(owner)) });
  const made = await find();
  if (!made) throw new Error('the account has no secret although one was just made');
  return { owner, sealed: made };
}
