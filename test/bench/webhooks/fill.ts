import { create, toBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema, Format, instantFromMs, instantToTimestamp, ScreenshotStatus } from '@shotwire/contract';
import { type Postgres, touch } from '@shotwire/postgres';

/** An event as capture announces it. */
export function eventFor({ id, url }: { id: string; url: string }): Event {
  const at = instantToTimestamp(instantFromMs(Date.now()));
  return create(EventSchema, {
    id,
    type: 'screenshot.completed',
    accountId: 'bench',
    occurredAt: at,
    screenshot: {
      id,
      accountId: 'bench',
      url: 'https://example.com',
      options: { width: 1280, height: 800, format: Format.PNG, quality: 80, device: 'desktop', timeout: 30 },
      announcement: { webhookUrl: url },
      status: ScreenshotStatus.COMPLETED,
      createdAt: at,
      endedAt: at,
      image: { key: `bench/${id}.png`, mimeType: 'image/png', fileSize: 245_760n, width: 1280, height: 800, processingTimeMs: 450n },
    },
  });
}

interface Filling {
  /** How many. */
  deliveries: number;
  /** Over so many lanes, in turn. */
  lanes: number;
  /** The URL of a lane; its deliveries add their number as the path. */
  urlOf: (lane: number) => string;
  /** Seconds until they are due; below 0 for overdue ones, whose first attempt has failed. */
  dueInS: number;
}

/** Puts deliveries into the queue as the inbox and the courier do, all at once. */
export async function fill(postgres: Postgres, { deliveries, lanes, urlOf, dueInS }: Filling): Promise<void> {
  const urls = Array.from({ length: lanes }, (_, lane) => urlOf(lane));
  await postgres.transaction(async (trx) => {
    await touch(
      trx,
      `with given as (
         select gen_random_uuid() as id, gen_random_uuid() as event_id, n, u.url, 'bench ' || u.url as lane
         from generate_series(0, :deliveries::int - 1) n
         join unnest(:urls::text[]) with ordinality as u (url, place) on u.place = n % :lanes + 1
       ),
       happened as (
         insert into events (event_id, account_id, type, occurred_at, payload)
         select event_id, 'bench', 'screenshot.completed', now(), :payload from given
       ),
       made as (
         insert into deliveries (id, webhook_id, event_id, event_type, destination, subject_id, account_id, lane, url, attempts, failures,
                                 next_attempt_at)
         select id, 'msg_' || replace(id::text, '-', ''), event_id, 'screenshot.completed', 'webhook_url', event_id, 'bench', lane,
                url || '/' || n, :tried, :tried, now() + make_interval(secs => :dueInS)
         from given
       ),
       frozen as (
         insert into bodies (delivery_id, body) select id, convert_to('{}', 'UTF8') from given where :tried = 1
       )
       insert into lane_items (item_id, lane, owner, priority, due_at, ripe)
       select id, lane, 'bench', case when :tried = 1 then 0 else 1 end, now() + make_interval(secs => :dueInS), :dueInS::float8 <= 0 from given`,
      {
        deliveries,
        lanes,
        urls,
        dueInS,
        tried: dueInS < 0 ? 1 : 0,
        payload: Buffer.from(
          toBinary(EventSchema, eventFor({ id: '00000000-0000-4000-8000-000000000000', url: 'http://bench.localhost/' })),
        ),
      },
    );
    // As autovacuum does a minute later.
    await touch(trx, 'analyze events, deliveries, bodies, lane_items');
  });
}

/** Empties the queue and what it has done. */
export async function empty(postgres: Postgres): Promise<void> {
  await postgres.transaction((trx) =>
    touch(trx, 'truncate attempts, bodies, deliveries, events, lane_items, lane_states, lane_owners, adhoc_hosts'),
  );
}
