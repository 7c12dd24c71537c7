import { request } from 'undici';
import type { Hall } from './hall.ts';

/** What it took to accept batches, one after the other. */
export interface Batches {
  seconds: readonly number[];
  /** The most memory that the gateway had during each, in bytes. */
  peakBytes: readonly number[];
}

interface BatchParts {
  hall: Hall;
  rows: number;
  batches: number;
  signal: AbortSignal;
}

/** Posts batches of different pages. */
export async function measureBatches({ hall, rows, batches, signal }: BatchParts): Promise<Batches> {
  const seconds: number[] = [];
  const peakBytes: number[] = [];
  await hall.empty();
  for (let batch = 0; batch < batches; batch++) {
    const urls = Array.from({ length: rows }, (_, row) => `https://example.com/batch-${batch}/page-${row}?with=something`);
    await hall.memory();
    const began = performance.now();
    const answer = await request(`${hall.url}/api/v1/batches`, {
      method: 'POST',
      headers: { ...hall.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ urls, width: 1440 }),
      signal,
    });
    const said = await answer.body.text();
    if (answer.statusCode !== 202) throw new Error(`a batch was answered with ${answer.statusCode}: ${said.slice(0, 1_000)}`);
    seconds.push((performance.now() - began) / 1000);
    peakBytes.push((await hall.memory()).peakBytes);
  }
  return { seconds, peakBytes };
}
