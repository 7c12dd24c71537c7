import { type Transaction, touch } from '@shotwire/postgres';

interface GivingBack {
  accountId: string;
  /** As it was taken from. */
  month: string;
  captures: number;
}

/** Gives captures back to the month that they were taken from. */
export async function giveBackQuota(trx: Transaction, { accountId, month, captures }: GivingBack): Promise<void> {
  await touch(
    trx,
    'update quota_used set captures = greatest(captures - :captures, 0) where account_id = :accountId and month = cast(:month as date)',
    { accountId, month, captures },
  );
}
