import { toBinary } from '@bufbuild/protobuf';
import { type Announcement, AnnouncementSchema, Format, type Options } from '@shotwire/contract';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import { traitsOf } from '../core/formats.ts';
import { imageKeyOf } from '../core/object-keys.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { storedOptions } from '../core/spelled-options.ts';

/** A row that is to be. */
export interface NewRow
  extends Pick<ScreenshotRow, 'id' | 'accountId' | 'url' | 'announcement' | 'tags' | 'priority' | 'externalId' | 'metadata' | 'cache'> {
  html: string;
  markdown: string;
  options: Options;
  fingerprint: Buffer;
  /** How long its results are kept; null for as long as those of everybody. */
  expiresInS: number | null;
  /** The equal wish whose capture it shares. */
  leaderId: string | null;
  batchId: string | null;
  batchRow: number | null;
  retryOf: string | null;
}

const inserted = `
  id, account_id, url, source, priority, options, announcement, tags, image_key, fingerprint, leader_id, cache,
  batch_id, batch_row, external_id, metadata, retry_of, expires_in`;

/** Writes rows down in the order given, without those whose ids are there already; gives the ids of those that were written. */
export async function insertRows(trx: Transaction, given: readonly NewRow[]): Promise<string[]> {
  const written = await rows<{ id: string }>(
    trx,
    `insert into screenshots (${inserted})
     select ${inserted}
     from json_to_recordset(:given) as given (
       place integer, id uuid, account_id text, url text, source text, priority text, options jsonb, announcement bytea, tags text[],
       image_key text, fingerprint bytea, leader_id uuid, cache text, batch_id uuid, batch_row integer, external_id text, metadata jsonb,
       retry_of uuid, expires_in integer
     )
     order by place
     on conflict (id) do nothing
     returning id`,
    { given: `[${given.map(spell).join()}]` },
  );
  return written.map(({ id }) => id);
}

/** Keeps the pages that came with wishes which will be captured. */
export async function insertPages(trx: Transaction, given: readonly Pick<NewRow, 'id' | 'url' | 'html' | 'markdown'>[]): Promise<void> {
  const own = given.filter(({ url }) => url === '');
  if (own.length === 0) return;
  await touch(trx, 'insert into screenshot_sources (screenshot_id, page) select * from unnest(:ids::uuid[], :pages::text[])', {
    ids: own.map(({ id }) => id),
    pages: own.map(({ html, markdown }) => html || markdown),
  });
}

function spell(wish: NewRow, place: number): string {
  const { id, url, html, markdown, options, announcement, tags, priority, cache } = wish;
  const plain = JSON.stringify({
    place,
    id,
    account_id: wish.accountId,
    url,
    source: sourceOf({ html, markdown }),
    priority,
    announcement: bytes(announcement && toBinary(AnnouncementSchema, announcement as Announcement)),
    tags,
    image_key: imageKeyOf(id, traitsOf(options.format ?? Format.PNG).mimeType),
    fingerprint: bytes(wish.fingerprint),
    leader_id: wish.leaderId,
    cache,
    batch_id: wish.batchId,
    batch_row: wish.batchRow,
    external_id: wish.externalId,
    metadata: wish.metadata,
    retry_of: wish.retryOf,
    expires_in: wish.expiresInS,
  });
  return `${plain.slice(0, -1)},"options":${storedOptions(options)}}`;
}

function sourceOf({ html, markdown }: Pick<NewRow, 'html' | 'markdown'>): ScreenshotRow['source'] {
  if (html !== '') return 'html';
  return markdown !== '' ? 'markdown' : 'url';
}

/** As Postgres reads them in a text. */
function bytes(given: Uint8Array | null): string | null {
  return given && `\\x${Buffer.from(given).toString('hex')}`;
}
