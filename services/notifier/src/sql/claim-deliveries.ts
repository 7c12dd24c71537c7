import { fromBinary } from '@bufbuild/protobuf';
import { EventSchema, type Instant } from '@shotwire/contract';
import { type Claim, claim } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import { renderBody } from '../core/body.ts';
import { originsOf } from '../core/delivery.ts';
import { signingSecret } from './signing-secret.ts';

/** A delivery in hand, with its attempt on record. */
export interface ClaimedDelivery {
  claim: Claim;
  webhookId: string;
  accountId: string;
  url: string;
  body: Buffer;
  secret: Buffer;
  /** The number of this attempt, from 1. */
  attempt: number;
  /** Earlier attempts that are known to have failed. */
  failures: number;
  /** When the event happened. */
  occurredAt: Instant;
}

interface Wanted {
  lanes: Parameters<typeof claim>[1];
  /** Written into bodies that are frozen now. */
  sentAt: Instant;
  publicUrl: URL;
  newSecret: () => Buffer;
}

/**
 * Claims due deliveries: each is being sent from here on, its attempt is on record and its body is frozen,
 * all before a byte goes out.
 */
export async function claimDeliveries(trx: Transaction, { lanes, sentAt, publicUrl, newSecret }: Wanted): Promise<ClaimedDelivery[]> {
  const claims = await claim(trx, lanes);
  if (claims.length === 0) return [];
  const begun = await beginAttempts(trx, { claimId: lanes.claimId, ids: claims.map(({ itemId }) => itemId) });
  const bodies = begun.flatMap(({ id, payload }) =>
    payload ? [{ id, body: renderBody({ event: fromBinary(EventSchema, payload), sentAt, publicUrl }) }] : [],
  );
  if (bodies.length > 0) await freezeBodies(trx, bodies);
  const rendered = new Map(bodies.map(({ id, body }) => [id, Buffer.from(body)]));
  const byId = new Map(claims.map((one) => [one.itemId, one]));

  const claimed: ClaimedDelivery[] = [];
  for (const { id, payload: _, body: frozen, secret: found, ...given } of begun) {
    const [held, body] = [byId.get(id), frozen ?? rendered.get(id)];
    if (!held || !body) throw new Error(`delivery ${id} has no claim or no body`);
    const secret = found ?? (await signingSecret(trx, { accountId: given.accountId, newSecret }));
    claimed.push({ claim: held, body, secret, ...given });
  }
  return claimed;
}

interface Begun extends Pick<ClaimedDelivery, 'webhookId' | 'accountId' | 'url' | 'attempt' | 'failures' | 'occurredAt'> {
  id: string;
  body: Buffer | null;
  /** The event, when the body is still to be made. */
  payload: Buffer | null;
  secret: Buffer | null;
}

async function beginAttempts(trx: Transaction, { claimId, ids }: { claimId: string; ids: readonly string[] }): Promise<Begun[]> {
  return rows<Begun>(
    trx,
    // A body of no bytes stands in for the one that follows in this transaction.
    `with found as (
       select d.id, d.body, case when d.body is null then e.payload end as payload, e.occurred_at, s.secret
       from deliveries d
       join events e using (event_id)
       left join account_secrets s on s.account_id = d.account_id
       where d.id = any(:ids::uuid[]) and d.state = any(:origins)
     ),
     begun as (
       update deliveries d
       set state = 'sending', attempts = d.attempts + 1, next_attempt_at = null, body = coalesce(d.body, '')
       from found
       where d.id = found.id
       returning d.id, d.webhook_id, d.account_id, d.url, d.attempts, d.failures
     ),
     recorded as (
       insert into attempts (delivery_id, number, claim_id) select id, attempts, :claimId::uuid from begun
     )
     select id, webhook_id as "webhookId", account_id as "accountId", url, attempts as attempt, failures,
            body, payload, occurred_at as "occurredAt", secret
     from begun join found using (id)`,
    { ids, claimId, origins: originsOf('sending') },
  );
}

async function freezeBodies(trx: Transaction, bodies: readonly { id: string; body: string }[]): Promise<void> {
  await touch(
    trx,
    `update deliveries d set body = convert_to(given.body, 'UTF8')
     from unnest(:ids::uuid[], :bodies::text[]) as given (id, body)
     where d.id = given.id`,
    { ids: bodies.map(({ id }) => id), bodies: bodies.map(({ body }) => body) },
  );
}
