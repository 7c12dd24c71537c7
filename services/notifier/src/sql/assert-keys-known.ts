import { rows, type Transaction } from '@shotwire/postgres';
import type { Sealer } from '../core/seal.ts';

/**
 * Opens one value of each key that sealed something that is kept. Throws what names the key that is missing or another than it was:
 * a notifier that cannot open what it needs must not start.
 */
export async function assertKeysKnown(trx: Transaction, sealer: Sealer): Promise<void> {
  const kept = await rows<{ keyId: string; sealed: Buffer; context: string }>(
    trx,
    // A sealed value begins with the length of its key's id and that id.
    `select distinct on (key_id) encode(key_id, 'escape') as "keyId", sealed, context
     from (
       select substring(sealed from 2 for get_byte(sealed, 0)) as key_id, sealed, context
       from (
         select sealed, 'app ' || id as context from apps where sealed is not null
         union all
         select sealed, 'secret ' || owner from secrets where expires_at is null or expires_at > now()
         union all
         select sealed_private, 'signing-key ' || kid from signing_keys
       ) everything
     ) by_key
     order by key_id`,
  );
  for (const { keyId, sealed, context } of kept) {
    try {
      sealer.open(sealed, context);
    } catch (cause) {
      throw new Error(`SECRETS_KEY must hold the key "${keyId}" as it was when it sealed what is in the database`, { cause });
    }
  }
}
