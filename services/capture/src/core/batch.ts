import { create } from '@bufbuild/protobuf';
import {
  type Announcement,
  type Batch,
  BatchSchema,
  BatchStatus,
  type Event,
  EventSchema,
  type Instant,
  instantToTimestamp,
} from '@shotwire/contract';

/** The statuses as Postgres holds them. */
export type BatchState = 'processing' | 'completed' | 'failed' | 'cancelled';

/** A row of the table of batches. */
export interface BatchRow {
  id: string;
  /** Its number among all batches: later ones have greater ones. */
  number: number;
  accountId: string;
  status: BatchState;
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Who is told of its end; null for nobody. */
  announcement: Announcement | null;
  /** What its owner calls it; empty for nothing. */
  externalId: string;
  /** The batch whose failed rows it takes again. */
  replayOf: string | null;
  createdAt: Instant;
  endedAt: Instant | null;
  /** Null in one that does not find its pages by itself. */
  crawl: CrawlRow | null;
}

/** Where a batch looks that finds its pages by itself. */
export interface CrawlRow {
  startUrl: string;
  /** Empty for that of startUrl. */
  domain: string;
  maxUrls: number;
  ignoreRobots: boolean;
  /** Pages found so far, the first one included. */
  discovered: number;
}

const statusNumbers: Readonly<Record<BatchState, BatchStatus>> = {
  processing: BatchStatus.PROCESSING,
  completed: BatchStatus.COMPLETED,
  failed: BatchStatus.FAILED,
  cancelled: BatchStatus.CANCELLED,
};

/** The status of a number on the wire, or undefined for the unspecified one. */
export function batchStateFromProto(number: BatchStatus): BatchState | undefined {
  return (Object.keys(statusNumbers) as BatchState[]).find((status) => statusNumbers[status] === number);
}

/** A row as it travels. */
export function batchToProto({ number, status, announcement, replayOf, createdAt, endedAt, crawl, ...plain }: BatchRow): Batch {
  return create(BatchSchema, {
    ...plain,
    number: BigInt(number),
    status: statusNumbers[status],
    ...(announcement && { announcement }),
    replayOf: replayOf ?? '',
    createdAt: instantToTimestamp(createdAt),
    ...(endedAt && { endedAt: instantToTimestamp(endedAt) }),
    ...(crawl && { crawl }),
  });
}

/** The event that tells of a batch's end. A batch of which anything completed has completed, also where the rest was cancelled. */
export function batchEventOf(batch: BatchRow, id: string): Event {
  if (!batch.endedAt) throw new Error(`batch ${batch.id} has not ended`);
  return create(EventSchema, {
    id,
    type: batch.completed > 0 ? 'batch.completed' : 'batch.failed',
    accountId: batch.accountId,
    occurredAt: instantToTimestamp(batch.endedAt),
    batch: batchToProto(batch),
  });
}
