import type { Instant } from '@shotwire/contract';
import { type Binding, rows, type Transaction } from '@shotwire/postgres';
import type { ScreenshotRow, Status } from '../core/screenshot.ts';
import { columns, type StoredRow, screenshotFromStored } from './screenshot-row.ts';

/** Which of an account's screenshots are wanted; what is not set narrows nothing. */
export interface Wanted {
  accountId: string;
  status?: Status | undefined;
  /** What its URL contains. */
  url?: string | undefined;
  tag?: string | undefined;
  batchId?: string | undefined;
  externalId?: string | undefined;
  /** From then on. */
  createdFrom?: Instant | undefined;
  createdBefore?: Instant | undefined;
}

interface Page extends Wanted {
  /** The place of the last one seen: its number, or of a batch its row. */
  after?: bigint | undefined;
  offset: number;
  limit: number;
}

/** Written only where they are asked for, so that each finds its index. */
const conditions: Readonly<Record<Exclude<keyof Wanted, 'accountId'>, string>> = {
  status: 'status = :status',
  url: 'strpos(url, :url) > 0',
  tag: "tags @> array[:tag]::text[] and tags <> '{}'",
  batchId: 'batch_id = :batchId',
  externalId: "external_id = :externalId and external_id <> ''",
  createdFrom: 'created_at >= :createdFrom',
  createdBefore: 'created_at < :createdBefore',
};

/** A page of an account's screenshots: newest first, those of a batch in the order of its rows. */
export async function listScreenshots(trx: Transaction, { after, offset, limit, accountId, ...filter }: Page): Promise<ScreenshotRow[]> {
  const named = Object.keys(conditions).filter((key) => filter[key as keyof typeof filter] !== undefined) as (keyof typeof conditions)[];
  const [place, order, beyond] = filter.batchId === undefined ? ['number', 'desc', '<'] : ['batch_row', 'asc', '>'];
  const wheres = named.map((key) => conditions[key]);
  if (after !== undefined) wheres.push(`${place} ${beyond} :after`);
  const bindings: Record<string, Binding> = { accountId, offset, limit, after: String(after) };
  for (const key of named) bindings[key] = filter[key] as string;
  const stored = await rows<StoredRow>(
    trx,
    `select ${columns} from screenshots
     where ${['account_id = :accountId', 'deleted_at is null', ...wheres].join(' and ')}
     order by ${place} ${order} limit :limit offset :offset`,
    bindings,
  );
  return stored.map(screenshotFromStored);
}

/** Where the page after one that ends with this screenshot begins. */
export function placeOf({ number, batchRow }: ScreenshotRow, { batchId }: Wanted): bigint {
  return BigInt((batchId === undefined ? undefined : batchRow) ?? number);
}
