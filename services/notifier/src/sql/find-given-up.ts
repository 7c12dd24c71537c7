import { fromBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '@shotwire/contract';
import { rows, type Transaction } from '@shotwire/postgres';

/** What is told of a delivery that was given up although no attempt of it ended just now. */
export interface GivenUp {
  webhookId: string;
  accountId: string;
  eventType: string;
  subjectId: string | null;
  appId: string | null;
  /** Set when it is an upload: the event that is carried, and the key of the object. */
  upload: { event: Event; objectKey: string } | undefined;
  attempts: number;
  failures: number;
  lastError: string;
}

/** What is to be told of deliveries that were given up. */
export async function findGivenUp(trx: Transaction, ids: readonly string[]): Promise<GivenUp[]> {
  if (ids.length === 0) return [];
  const found = await rows<Omit<GivenUp, 'upload'> & { payload: Buffer | null; body: Buffer | null }>(
    trx,
    `select d.webhook_id as "webhookId", d.account_id as "accountId", d.event_type as "eventType", d.subject_id as "subjectId",
            d.app_id as "appId", d.attempts, d.failures, d.last_error as "lastError",
            case when a.kind = 's3' then e.payload end as payload, b.body
     from deliveries d join events e using (event_id) left join apps a on a.id = d.app_id left join bodies b on b.delivery_id = d.id
     where d.id = any(:ids::uuid[])
     order by d.sequence`,
    { ids },
  );
  return found.map(({ payload, body, ...told }) => ({
    ...told,
    upload: payload ? { event: fromBinary(EventSchema, payload), objectKey: body?.toString() ?? '' } : undefined,
  }));
}
