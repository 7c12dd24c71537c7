import { create } from '@bufbuild/protobuf';
import { type Instant, instantToTimestamp, type Options, type Screenshot, ScreenshotSchema, ScreenshotStatus } from '@shotwire/contract';

/** The statuses as Postgres holds them. */
export type Status = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';

/**
 * The life of a screenshot. The studio moves it on, its reaper moves it back to pending when a studio was lost,
 * and its owner cancels it; what has ended stays as it is.
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
  accountId: string;
  url: string;
  options: Options;
  webhookUrl: string;
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
}

const statusNumbers: Readonly<Record<Status, ScreenshotStatus>> = {
  pending: ScreenshotStatus.PENDING,
  processing: ScreenshotStatus.PROCESSING,
  completed: ScreenshotStatus.COMPLETED,
  failed: ScreenshotStatus.FAILED,
  cancelled: ScreenshotStatus.CANCELLED,
};

/** The status of a number on the wire, or undefined for the unspecified one. */
export function statusFromProto(number: ScreenshotStatus): Status | undefined {
  return (Object.keys(statusNumbers) as Status[]).find((status) => statusNumbers[status] === number);
}

/** A row as it travels. */
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
    accountId: row.accountId,
    url: row.url,
    options: row.options,
    webhookUrl: row.webhookUrl,
    status: statusNumbers[row.status],
    createdAt: instantToTimestamp(row.createdAt),
    startedAt: whenSet(row.startedAt),
    endedAt: whenSet(row.endedAt),
    ...(image && { image }),
    ...(problemCode !== null && { problem: { code: problemCode, message: problemMessage ?? '' } }),
  });
}

/** Where a screenshot's image is kept: derived from its id alone, so that a second try overwrites the first. */
export function imageKeyOf(id: string, extension: string): string {
  return `images/${id.slice(0, 2)}/${id}.${extension}`;
}
