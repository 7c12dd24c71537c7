import type { BatchRequest, BatchRow, Batch as Made } from '../gen/api.ts';
import { call } from '../http/call.ts';
import { newKey } from '../http/new-key.ts';
import type { Server } from '../http/send.ts';
import { ShotwireError } from '../shotwire-error.ts';
import { type EndedRow, endedRows } from './ended-rows.ts';
import { type Progress, progressOf, summaryOf } from './progress.ts';

/** What holds for all rows, and what the batch itself is told. */
export type Common = Omit<BatchRequest, 'urls' | 'requests' | 'crawl'>;

/** How to follow a batch. */
export interface Following {
  /** Told of every change that is seen, the first look included. */
  onProgress?: (progress: Progress) => void;
  /** Ends the following; the batch goes on. */
  signal?: AbortSignal;
}

/** How to make one. */
export interface Making extends Following {
  /** Under the same key the same rows are the same batch, for 24 hours; a new one when not given. */
  idempotencyKey?: string;
}

/** A batch: its rows as they end, in no order. It can be gone through again, and is seen as it is then. */
export interface Batch extends AsyncIterable<EndedRow> {
  readonly id: string;
  /** Waits for its end; gives the counts. */
  summary(): Promise<Progress>;
}

/** Makes a batch of URLs, or of wishes with options of their own. Throws a ShotwireError, or the reason of the signal. */
export async function makeBatch(
  server: Server,
  rows: readonly (string | BatchRow)[],
  common: Common,
  { idempotencyKey = newKey(), ...following }: Making = {},
): Promise<Batch> {
  const requests = rows.map((row) => (typeof row === 'string' ? { url: row } : row));
  const { id } = await call<Made>(server, 'post', '/api/v1/batches', {
    body: { requests, ...common },
    headers: { 'idempotency-key': idempotencyKey },
    signal: following.signal,
    answerWithinMs: 60_000,
  });
  if (typeof id !== 'string') throw new ShotwireError({ code: 'UNEXPECTED_ANSWER', message: 'The answer is no batch.' });
  return followBatch(server, id, following);
}

/** A batch that was made before. */
export function followBatch(server: Server, id: string, following: Following = {}): Batch {
  return {
    id,
    summary: async () => progressOf(await summaryOf(server, id, following)),
    [Symbol.asyncIterator]: () => endedRows(server, id, following),
  };
}
