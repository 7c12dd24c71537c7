import { row } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { empty, fill } from './fill.ts';
import type { PostRoom } from './post-room.ts';
import type { BenchReceiver } from './receiver.ts';

interface IsolationParts {
  room: PostRoom;
  receiver: BenchReceiver;
  healthy: number;
  healthyLanes: number;
  /** Endpoints that take connections and never answer, and what is overdue for them. */
  dead: { endpoints: number; deliveries: number };
}

/** Milliseconds of each healthy delivery from being due until it arrives. */
export async function measureIsolation({ room, receiver, healthy, healthyLanes, dead }: IsolationParts): Promise<number[]> {
  const { postgres } = room;
  await empty(postgres);
  if (dead.deliveries > 0) {
    const urlOf = (lane: number) => `http://d${lane}.localhost:${receiver.deadPort}`;
    await fill(postgres, { deliveries: dead.deliveries, lanes: dead.endpoints, urlOf, dueInS: -3_600 });
    room.wake();
    // The worst moment: the dead have all the room that they can get.
    let before = 0;
    await eventually(
      async () => {
        const now = await inHand(room);
        const settled = now > 0 && now === before;
        before = now;
        return settled;
      },
      { timeoutMs: 20_000 },
    );
  }
  const dueMs = performance.timeOrigin + performance.now();
  await fill(postgres, {
    deliveries: healthy,
    lanes: healthyLanes,
    urlOf: (lane) => `http://h${lane}.localhost:${receiver.port}`,
    dueInS: 0,
  });
  room.wake();
  const arrivals: number[] = [];
  await eventually(
    async () => {
      arrivals.push(...(await receiver.take()).map(([, atMs]) => atMs - dueMs));
      return arrivals.length >= healthy;
    },
    { timeoutMs: 120_000 },
  );
  return arrivals;
}

async function inHand({ postgres }: PostRoom): Promise<number> {
  const counted = await postgres.transaction((trx) =>
    row<{ n: number }>(trx, 'select count(*) as n from lane_items where claim_id is not null'),
  );
  return counted?.n ?? 0;
}
