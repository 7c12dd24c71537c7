import { type Postgres, row } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { Agent, request } from 'undici';
import { empty, fill } from './fill.ts';
import { atOnce, type PostRoom } from './post-room.ts';
import type { BenchReceiver } from './receiver.ts';

/** Deliveries a second of either side. */
export interface Round {
  bare: number;
  shotwire: number;
}

interface Leg {
  room: PostRoom;
  receiver: BenchReceiver;
  deliveries: number;
}

const waitMs = 300_000;

/** Posts with undici and nothing else, as many at once as the notifier does. */
export async function bareLeg({ receiver, deliveries }: Pick<Leg, 'receiver' | 'deliveries'>): Promise<number> {
  const agent = new Agent({ connections: atOnce, pipelining: 1 });
  const body = JSON.stringify({ event: 'screenshot.completed', data: { filler: 'x'.repeat(700) } });
  const headers = {
    'content-type': 'application/json',
    'webhook-id': 'msg_0',
    'webhook-timestamp': '0',
    'webhook-signature': 'v1,'.padEnd(150, 'x'),
  };
  let next = 0;
  const work = async () => {
    while (next < deliveries) {
      const url = `http://127.0.0.1:${receiver.port}/${next++}`;
      const answer = await request(url, { dispatcher: agent, method: 'POST', headers, body });
      await answer.body.dump();
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - began) / 1000;
  await agent.close();
  const arrived = (await receiver.take()).length;
  if (arrived !== deliveries) throw new Error(`${arrived} of ${deliveries} bare POSTs arrived`);
  return deliveries / seconds;
}

/** Lets the notifier work off a queue; it is done when each delivery and its attempt are on record. */
export async function shotwireLeg({ room, receiver, deliveries }: Leg): Promise<number> {
  const { postgres } = room;
  await empty(postgres);
  await fill(postgres, { deliveries, lanes: 1, urlOf: () => `http://ours.localhost:${receiver.port}`, dueInS: 0 });
  const began = performance.now();
  room.wake();
  await eventually(async () => (await openIn(postgres)) === 0, { timeoutMs: waitMs });
  const seconds = (performance.now() - began) / 1000;
  const recorded = await postgres.transaction((trx) =>
    row<{ n: number }>(trx, `select count(*) as n from attempts where outcome = 'succeeded'`),
  );
  const arrived = (await receiver.take()).length;
  if (arrived !== deliveries || recorded?.n !== deliveries)
    throw new Error(`${arrived} arrived and ${recorded?.n} are on record of ${deliveries}`);
  return deliveries / seconds;
}

/** Deliveries that have not ended, by the queue itself, which is small when that is asked for the last time. */
export async function openIn(postgres: Postgres): Promise<number> {
  const counted = await postgres.transaction((trx) =>
    row<{ n: number }>(trx, 'select count(*) as n from (select 1 from lane_items limit 1) counted'),
  );
  return counted?.n ?? 0;
}
