import { rows, type Transaction } from '@shotwire/postgres';
import { type KeyRow, keyColumns } from './key-row.ts';

/** The keys of an account that were not revoked, newest first. */
export function listKeys(trx: Transaction, accountId: string): Promise<KeyRow[]> {
  return rows<KeyRow>(
    trx,
    `select ${keyColumns} from api_keys where account_id = :accountId and revoked_at is null order by created_at desc, id`,
    { accountId },
  );
}
