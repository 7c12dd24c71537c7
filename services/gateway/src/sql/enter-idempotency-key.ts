import { row, type Transaction, touch } from '@shotwire/postgres';

interface Entry {
  accountId: string;
  key: string;
  bodySha256: Buffer;
  /** What is made under this key, if it is a new one. */
  targetId: string;
}

interface Entered {
  targetId: string;
  /** Another body was sent under this key before. */
  isOther: boolean;
  /** The month whose quota it was taken from; null for none. */
  chargedIn: string | null;
}

/** How long a key is known, in hours. */
const knownHours = 24;
/** Old ones that go with each entry: more than come. */
const removedAtOnce = 10;

/** Writes down what is made under a key, or gives what that was. One that is older than a day is a new one. */
export async function enterIdempotencyKey(trx: Transaction, { accountId, key, bodySha256, targetId }: Entry): Promise<Entered> {
  const isOld = `kept.created_at <= now() - make_interval(hours => :knownHours)`;
  const entered = await row<Entered>(
    trx,
    `insert into idempotency_keys as kept (account_id, key, body_sha256, target_id) values (:accountId, :key, :bodySha256, :targetId)
     on conflict (account_id, key) do update set
       (body_sha256, target_id, created_at, callers, charged_in) = (
         select case when old then excluded.body_sha256 else kept.body_sha256 end,
                case when old then excluded.target_id else kept.target_id end,
                case when old then excluded.created_at else kept.created_at end,
                case when old then 1 else kept.callers + 1 end,
                case when old then null else kept.charged_in end
         from (select ${isOld} as old) as age)
     returning target_id as "targetId", body_sha256 <> :bodySha256 as "isOther", charged_in::text as "chargedIn"`,
    { accountId, key, bodySha256, targetId, knownHours },
  );
  await touch(
    trx,
    `delete from idempotency_keys where (account_id, key) in (
       select account_id, key from idempotency_keys as kept where ${isOld} order by created_at limit :removedAtOnce for update skip locked)`,
    { knownHours, removedAtOnce },
  );
  return entered as Entered;
}
