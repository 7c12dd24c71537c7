import { create } from '@bufbuild/protobuf';
import {
  type Announcement,
  type Artefact,
  Cache,
  type Findings,
  type Instant,
  instantToTimestamp,
  type Options,
  OptionsSchema,
  Priority,
  type Screenshot,
  ScreenshotSchema,
  ScreenshotStatus,
  Source,
  withoutSecrets,
} from '@shotwire/contract';

/** The statuses as Postgres holds them. */
export type Status = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';

/**
 * The life of a screenshot. The studio moves it on, its reaper moves it back to pending when a studio was lost,
 * and its owner cancels it; what has ended stays as it is. One that shares the capture of an equal one waits as pending, and ends with it.
 */
const moves: Readonly<Record<Status, readonly Status[]>> = {
  pending: ['processing', 'cancelled'],
  processing: ['completed', 'failed', 'pending', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

/** The statuses from which a screenshot may move to the given one. */
export function originsOf(to: Status): Status[] {
  return (Object.keys(moves) as Status[]).filter((from) => moves[from].includes(to));
}

/** A row of the screenshots table. */
export interface ScreenshotRow {
  id: string;
  /** Its number among all screenshots: later ones have greater ones. */
  number: number;
  accountId: string;
  batchId: string | null;
  /** Its row in that batch, from 1. */
  batchRow: number | null;
  /** The screenshot that it is another try of. */
  retryOf: string | null;
  /** What its owner calls it; empty for nothing. */
  externalId: string;
  /** What its owner keeps with it. */
  metadata: Record<string, string>;
  /** Empty when the page came with the wish. */
  url: string;
  source: keyof typeof sourceNumbers;
  priority: keyof typeof priorityNumbers;
  options: Options;
  /** Who is told of the end; null for nobody. */
  announcement: Announcement | null;
  tags: string[];
  status: Status;
  createdAt: Instant;
  startedAt: Instant | null;
  endedAt: Instant | null;
  imageKey: string;
  mimeType: string | null;
  fileSize: number | null;
  width: number | null;
  height: number | null;
  processingTimeMs: number | null;
  /** When the image goes, or went. */
  expiresAt: Instant | null;
  problemCode: string | null;
  problemMessage: string | null;
  artefacts: Artefact[];
  findings: Findings | null;
  reportKey: string | null;
  /** Bytes of the image and of all other results; null when there are none. */
  resultBytes: number | null;
  /** Null when it was not asked for. */
  cache: keyof typeof cacheNumbers | null;
}

const statusNumbers: Readonly<Record<Status, ScreenshotStatus>> = {
  pending: ScreenshotStatus.PENDING,
  processing: ScreenshotStatus.PROCESSING,
  completed: ScreenshotStatus.COMPLETED,
  failed: ScreenshotStatus.FAILED,
  cancelled: ScreenshotStatus.CANCELLED,
};

const sourceNumbers = { url: Source.URL, html: Source.HTML, markdown: Source.MARKDOWN } as const;
const priorityNumbers = { interactive: Priority.INTERACTIVE, batch: Priority.BATCH } as const;
const cacheNumbers = { hit: Cache.HIT, miss: Cache.MISS } as const;

/** The status of a number on the wire, or undefined for the unspecified one. */
export function statusFromProto(number: ScreenshotStatus): Status | undefined {
  return (Object.keys(statusNumbers) as Status[]).find((status) => statusNumbers[status] === number);
}

/** A row as it travels: without the secrets of its options. */
export function screenshotToProto(row: ScreenshotRow): Screenshot {
  const { imageKey, mimeType, fileSize, width, height, processingTimeMs, expiresAt, problemCode, problemMessage } = row;
  const whenSet = (instant: Instant | null) => (instant ? instantToTimestamp(instant) : undefined);
  const image = row.status === 'completed' && {
    key: imageKey,
    mimeType: mimeType ?? '',
    fileSize: BigInt(fileSize ?? 0),
    width: width ?? 0,
    height: height ?? 0,
    processingTimeMs: BigInt(processingTimeMs ?? 0),
    expiresAt: whenSet(expiresAt),
  };
  return create(ScreenshotSchema, {
    id: row.id,
    number: BigInt(row.number),
    accountId: row.accountId,
    batchId: row.batchId ?? '',
    batchRow: row.batchRow ?? 0,
    retryOf: row.retryOf ?? '',
    externalId: row.externalId,
    metadata: row.metadata,
    url: row.url,
    source: sourceNumbers[row.source],
    priority: priorityNumbers[row.priority],
    options: withoutSecrets(OptionsSchema, row.options),
    ...(row.announcement && { announcement: row.announcement }),
    tags: row.tags,
    status: statusNumbers[row.status],
    createdAt: instantToTimestamp(row.createdAt),
    startedAt: whenSet(row.startedAt),
    endedAt: whenSet(row.endedAt),
    ...(image && { image }),
    ...(problemCode !== null && { problem: { code: problemCode, message: problemMessage ?? '' } }),
    artefacts: row.artefacts,
    ...(row.findings && { findings: row.findings }),
    reportKey: row.reportKey ?? '',
    ...(row.cache && { cache: cacheNumbers[row.cache] }),
  });
}
