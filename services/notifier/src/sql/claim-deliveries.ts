import { fromBinary, type JsonObject } from '@bufbuild/protobuf';
import {
  type Event,
  EventSchema,
  fromWords,
  type Instant,
  type S3App,
  S3AppSchema,
  type WebhookApp,
  WebhookAppSchema,
} from '@shotwire/contract';
import { type Claim, cancel, claim, type Wanted } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import { originsOf } from '../core/delivery.ts';
import type { SealedSecret } from './secrets.ts';

/** Where a delivery goes. Sealed values are as Postgres holds them. */
export type Target =
  | { kind: 'url'; url: string; sealed: Buffer | null }
  | { kind: 'webhook'; appId: string; app: WebhookApp; sealed: Buffer | null }
  | { kind: 's3'; appId: string; app: S3App; sealed: Buffer; pathTemplate: string };

/** A delivery in hand, with its attempt on record. */
export interface ClaimedDelivery {
  claim: Claim;
  webhookId: string;
  accountId: string;
  lane: string;
  eventId: string;
  eventType: string;
  subjectId: string | null;
  target: Target;
  /** Of a webhook its body, of an upload the key of the object. */
  body: Buffer;
  /** What is carried, where the body does not say it all. */
  event: Event | undefined;
  /** The secrets it is signed with, sealed, newest first; the owner is part of what seals them. */
  secrets: SealedSecret[];
  /** The number of this attempt, from 1. */
  attempt: number;
  /** Attempts that count against the schedule, this one included. */
  counted: number;
  /** Earlier attempts that are known to have failed. */
  failures: number;
  /** When the event happened. */
  occurredAt: Instant;
}

/** What is known of a delivery when its body is frozen. */
export interface Unwritten {
  event: Event;
  target: Target;
}

interface ClaimParts {
  lanes: Wanted;
  /** Writes a body that is to be frozen now: of a webhook the body, of an upload the key of the object. */
  write: (unwritten: Unwritten) => string;
  /** The sealed secret of an account, made now if it has none. */
  secretFor: (trx: Transaction, accountId: string) => Promise<SealedSecret>;
}

/**
 * Claims due deliveries: each is being sent from here on, its attempt is on record and its body is frozen,
 * all before a byte goes out.
 */
export async function claimDeliveries(trx: Transaction, { lanes, write, secretFor }: ClaimParts): Promise<ClaimedDelivery[]> {
  const claims = await claim(trx, lanes);
  if (claims.length === 0) return [];
  const ids = claims.map(({ itemId }) => itemId);
  const found = new Map((await findClaimed(trx, ids)).map((one) => [one.id, one]));
  const frozen: Frozen[] = [];
  const claimed = claims.flatMap((held) => {
    const one = found.get(held.itemId);
    if (!one) return [];
    const { id, payload, body: before, kind, url, settings, sealed, appId, pathTemplate, secrets, sealedSecrets, ...given } = one;
    const target = targetOf({ kind, url, settings, sealed, appId, pathTemplate });
    const event = payload ? fromBinary(EventSchema, payload) : undefined;
    // One without a body comes with its event.
    const body = before ?? Buffer.from(write({ event: event as Event, target }));
    if (!before) frozen.push({ id, body });
    const own = secrets.map((owner, at) => ({ owner, sealed: sealedSecrets[at] as Buffer }));
    return [{ claim: held, target, body, event, secrets: own, ...given }];
  });
  const begun = await beginAttempts(trx, { claimId: lanes.claimId, ids: [...found.keys()], frozen });
  if (begun.size < claims.length) await setAside(trx, [...new Set(ids).difference(begun)]);
  const sendable = claimed.filter(({ claim: { itemId } }) => begun.has(itemId));
  for (const one of sendable)
    if (one.secrets.length === 0 && one.target.kind === 'url') one.secrets.push(await secretFor(trx, one.accountId));
  return sendable;
}

interface Frozen {
  id: string;
  body: Buffer;
}

interface Found extends Omit<ClaimedDelivery, 'claim' | 'target' | 'body' | 'event' | 'secrets'> {
  id: string;
  kind: 'webhook' | 's3' | null;
  appId: string | null;
  url: string | null;
  settings: JsonObject | null;
  sealed: Buffer | null;
  pathTemplate: string | null;
  body: Buffer | null;
  /** The event, when the body is still to be made or does not say it all. */
  payload: Buffer | null;
  secrets: string[];
  sealedSecrets: Buffer[];
}

function targetOf({
  kind,
  url,
  settings,
  sealed,
  appId,
  pathTemplate,
}: Pick<Found, 'kind' | 'url' | 'settings' | 'sealed' | 'appId' | 'pathTemplate'>): Target {
  if (url !== null) return { kind: 'url', url, sealed };
  if (appId === null || settings === null) throw new Error('a delivery has neither a URL nor an app');
  if (kind === 'webhook') return { kind, appId, app: fromWords(WebhookAppSchema, settings), sealed };
  const app = fromWords(S3AppSchema, settings);
  return { kind: 's3', appId, app, sealed: sealed ?? Buffer.alloc(0), pathTemplate: pathTemplate || app.pathTemplate };
}

/** What is sent now: neither what is somebody else's meanwhile, nor what belongs to an app that is not enabled. */
async function findClaimed(trx: Transaction, ids: readonly string[]): Promise<Found[]> {
  return rows<Found>(
    trx,
    `select d.id, d.webhook_id as "webhookId", d.account_id as "accountId", d.lane, d.event_id as "eventId", d.event_type as "eventType",
            d.subject_id as "subjectId", d.app_id as "appId", d.url, d.path_template as "pathTemplate", coalesce(a.sealed, d.sealed) as sealed,
            a.kind, a.settings, b.body, case when b.body is null or a.kind = 's3' then e.payload end as payload,
            e.occurred_at as "occurredAt", d.attempts + 1 as attempt, d.attempts + 1 - d.spared as counted, d.failures,
            s.owners as secrets, s.sealed as "sealedSecrets"
     from deliveries d
     join events e using (event_id)
     left join bodies b on b.delivery_id = d.id
     left join apps a on a.id = d.app_id
     cross join lateral (
       select coalesce(array_agg(owner order by created_at desc), '{}') as owners, coalesce(array_agg(sealed order by created_at desc), '{}') as sealed
       from secrets
       where owner = coalesce(d.app_id::text, d.account_id) and (expires_at is null or expires_at > now())
     ) s
     where d.id = any(:ids::uuid[]) and d.state = any(:origins) and (d.app_id is null or a.state = 'enabled')`,
    { ids, origins: originsOf('sending') },
  );
}

/** Puts attempts on record and freezes bodies; gives those that are begun. */
async function beginAttempts(
  trx: Transaction,
  { claimId, ids, frozen }: { claimId: string; ids: readonly string[]; frozen: readonly Frozen[] },
): Promise<Set<string>> {
  const begun = await rows<{ id: string }>(
    trx,
    `with begun as (
       update deliveries d
       set state = 'sending', attempts = d.attempts + 1, next_attempt_at = null
       where d.id = any(:ids::uuid[]) and d.state = any(:origins)
       returning d.id, d.attempts
     ),
     kept as (
       insert into bodies (delivery_id, body)
       select given.id, given.body from unnest(:frozenIds::uuid[], :frozenBodies::bytea[]) as given (id, body) join begun using (id)
     )
     insert into attempts (delivery_id, number, claim_id) select id, attempts, :claimId::uuid from begun
     returning delivery_id as id`,
    {
      ids,
      claimId,
      frozenIds: frozen.map(({ id }) => id),
      frozenBodies: frozen.map(({ body }) => body),
      origins: originsOf('sending'),
    },
  );
  return new Set(begun.map(({ id }) => id));
}

/**
 * Takes what cannot be sent out of the queue. It was made due by somebody who saw its app a moment before that changed: it waits for
 * its app, or is cancelled where that is gone.
 */
async function setAside(trx: Transaction, ids: readonly string[]): Promise<void> {
  await cancel(trx, ...ids);
  await touch(
    trx,
    `with found as (
       select d.id, case when a.id is null then 'cancelled' else 'paused' end as next from deliveries d left join apps a on a.id = d.app_id
       where d.id = any(:ids::uuid[]) and d.state = 'pending'
     )
     update deliveries d
     set state = found.next, next_attempt_at = null, ended_at = case when found.next = 'cancelled' then clock_timestamp() end
     from found where d.id = found.id`,
    { ids },
  );
}
