import { row, type Transaction, touch } from '@shotwire/postgres';

/** The secret of an account, made now if it has none. Whoever makes it first wins; all others get the same. */
export async function signingSecret(
  trx: Transaction,
  { accountId, newSecret }: { accountId: string; newSecret: () => Buffer },
): Promise<Buffer> {
  const find = () => row<{ secret: Buffer }>(trx, 'select secret from account_secrets where account_id = :accountId', { accountId });
  const found = await find();
  if (found) return found.secret;
  await touch(trx, 'insert into account_secrets (account_id, secret) values (:accountId, :secret) on conflict do nothing', {
    accountId,
    secret: newSecret(),
  });
  const made = await find();
  if (!made) throw new Error('the account has no secret although one was just made');
  return made.secret;
}
