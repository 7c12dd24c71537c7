import type { Instant } from '@shotwire/contract';
import { rows, type Transaction } from '@shotwire/postgres';

/** What is told of an attempt. */
export interface AttemptRow {
  number: number;
  outcome: string;
  startedAt: Instant;
  finishedAt: Instant | null;
  target: string | null;
  status: number | null;
  error: string | null;
  durationMs: number | null;
  /** The beginning of the answer. */
  response: Buffer | null;
}

/** Attempts, with 16 KiB of answer each, that fit into one message; who sends again by hand may make more. */
const SHOWN_AT_MOST = 300;

/** The attempts of a delivery, in order; of very many the last ones. */
export function findAttempts(trx: Transaction, deliveryId: string): Promise<AttemptRow[]> {
  return rows<AttemptRow>(
    trx,
    `select * from (
       select number, outcome, started_at as "startedAt", finished_at as "finishedAt", target, status, error,
              duration_ms as "durationMs", response
       from attempts where delivery_id = :deliveryId
       order by number desc limit :shownAtMost
     ) last
     order by number`,
    { deliveryId, shownAtMost: SHOWN_AT_MOST },
  );
}
