import { setTimeout as sleep } from 'node:timers/promises';
import { empty, fill } from './fill.ts';
import { measureLatency } from './latency.ts';
import type { PostRoom } from './post-room.ts';
import type { BenchReceiver } from './receiver.ts';

interface IdleParts {
  room: PostRoom;
  receiver: BenchReceiver;
  /** Deliveries that are due in an hour. */
  waiting: number;
  idleS: number;
  signal: AbortSignal;
}

/** What a large backlog that is not due yet costs. */
export interface Idle {
  /** Share of one processor that the notifier takes with nothing to do, from 0 to 1. */
  cpu: number;
  /** Below this 95 of 100 claims take, in milliseconds: the bucket of the histogram. */
  claimP95Ms: number;
}

/** Measures it, first idle and then with a little to do. */
export async function measureIdle({ room, receiver, waiting, idleS, signal }: IdleParts): Promise<Idle> {
  await empty(room.postgres);
  await fill(room.postgres, {
    deliveries: waiting,
    lanes: 5_000,
    urlOf: (lane) => `http://w${lane}.localhost:${receiver.port}`,
    dueInS: 3_600,
  });
  // What was just written is settled first.
  await sleep(5_000, undefined, { signal });
  const before = await room.usage();
  await sleep(idleS * 1000, undefined, { signal });
  const after = await room.usage();
  const claimsBefore = bucketsOf(await room.metrics());
  await measureLatency({ room, receiver, events: 500, perSecond: 50, signal, keep: true });
  const claims = bucketsOf(await room.metrics());
  return { cpu: (after.cpuS - before.cpuS) / idleS, claimP95Ms: percentileOf(claims, claimsBefore) };
}

type Buckets = readonly { upToS: number; count: number }[];

function bucketsOf(metrics: string): Buckets {
  const found = metrics.matchAll(/^notifier_claim_seconds_bucket\{.*?le="([^"]+)".*?\} (\d+)$/gm);
  return [...found].map(([, upTo, count]) => ({ upToS: upTo === '+Inf' ? Number.POSITIVE_INFINITY : Number(upTo), count: Number(count) }));
}

function percentileOf(after: Buckets, before: Buckets): number {
  const counts = after.map(({ upToS, count }, at) => ({ upToS, count: count - (before[at]?.count ?? 0) }));
  const all = counts.at(-1)?.count ?? 0;
  return (counts.find(({ count }) => count >= all * 0.95)?.upToS ?? Number.NaN) * 1000;
}
