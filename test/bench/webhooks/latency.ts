import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@shotwire/testing';
import { empty, eventFor } from './fill.ts';
import type { PostRoom } from './post-room.ts';
import type { BenchReceiver } from './receiver.ts';
import { openIn } from './throughput.ts';

interface LatencyParts {
  room: PostRoom;
  receiver: BenchReceiver;
  events: number;
  perSecond: number;
  signal: AbortSignal;
  /** Whether what waits in the queue stays there, and is not waited for. */
  keep?: boolean;
}

/** Publishes events at an even rate; gives the milliseconds of each from its publishing until its headers are at the receiver. */
export async function measureLatency({ room, receiver, events, perSecond, signal, keep = false }: LatencyParts): Promise<number[]> {
  if (!keep) await empty(room.postgres);
  const published = new Map<string, number>();
  const sending: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < events; n += 1) {
    const aheadMs = began + (n * 1000) / perSecond - performance.now();
    if (aheadMs > 0) await sleep(aheadMs, undefined, { signal });
    const id = randomUUID();
    const event = eventFor({ id, url: `http://h${n % 20}.localhost:${receiver.port}/${id}` });
    published.set(`/${id}`, performance.timeOrigin + performance.now());
    sending.push(room.publish(event));
  }
  await Promise.all(sending);
  const arrivals = new Map<string, number>();
  await eventually(
    async () => {
      for (const [path, atMs] of await receiver.take()) arrivals.set(path, atMs);
      return arrivals.size === events && (keep || (await openIn(room.postgres)) === 0);
    },
    { timeoutMs: 60_000 },
  );
  return [...published].map(([path, atMs]) => (arrivals.get(path) ?? Number.NaN) - atMs);
}
