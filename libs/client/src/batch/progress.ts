import type { Batch } from '../gen/api.ts';
import { call } from '../http/call.ts';
import { pause } from '../http/pause.ts';
import type { Server } from '../http/send.ts';

/** How far a batch has come. */
export type Progress = Pick<Batch, 'status' | 'total' | 'completed' | 'failed' | 'cancelled'>;

interface Looking {
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

const firstPauseMs = 250;
const longestPauseMs = 2_000;

/** Looks at a batch whenever something may have changed: soon after a change, ever less often without one. The last look sees its end. */
export async function* looksAt(server: Server, id: string, { onProgress, signal }: Looking): AsyncGenerator<Batch, void> {
  let ms = firstPauseMs;
  let seen = '';
  for (;;) {
    const batch = await call<Batch>(server, 'get', '/api/v1/batches/{id}', { path: { id }, signal });
    const progress = progressOf(batch);
    const sight = JSON.stringify(progress);
    ms = sight === seen ? Math.min(longestPauseMs, ms * 1.5) : firstPauseMs;
    if (sight !== seen) onProgress?.(progress);
    seen = sight;
    yield batch;
    if (batch.status !== 'processing') return;
    await pause(ms, signal);
  }
}

/** The batch when it has ended. */
export async function summaryOf(server: Server, id: string, looking: Looking): Promise<Batch> {
  let last: Batch | undefined;
  for await (const batch of looksAt(server, id, looking)) last = batch;
  return last as Batch;
}

/** The counts of a batch alone. */
export function progressOf({ status, total, completed, failed, cancelled }: Progress): Progress {
  return { status, total, completed, failed, cancelled };
}
