import { toBinary, toJson } from '@bufbuild/protobuf';
import { AnnouncementSchema, Format, type Options, OptionsSchema } from '@shotwire/contract';
import { announce } from '@shotwire/events';
import { enqueue, raise } from '@shotwire/lanes';
import { row, type Transaction, touch } from '@shotwire/postgres';
import { eventOf } from '../core/event.ts';
import { fingerprintOf } from '../core/fingerprint.ts';
import { traitsOf } from '../core/formats.ts';
import { imageKeyOf } from '../core/object-keys.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { findEqualResult, findLeader, lockEqualWishes } from './find-equal.ts';
import { columns, lanePriorities, resultColumns, type StoredRow, screenshotFromStored, secretOptions } from './screenshot-row.ts';

interface Wish extends Pick<ScreenshotRow, 'id' | 'accountId' | 'url' | 'announcement' | 'tags' | 'priority'> {
  html: string;
  markdown: string;
  options: Options;
  /** Share the capture of an equal wish that has not ended. */
  dedupe: boolean;
  /** Take the result of an equal wish whose capture ended no longer than this ago; 0 for never. */
  cacheTtlS: number;
  retentionHours: number;
  newEventId: () => string;
}

/**
 * Writes a wish down and puts it into its account's lane, unless an equal one has or will have its result.
 * Undefined when there is one of that id already.
 */
export async function insertScreenshot(trx: Transaction, wish: Wish): Promise<ScreenshotRow | undefined> {
  const { id, accountId, url, html, markdown, options, announcement, tags, priority, dedupe, cacheTtlS } = wish;
  const equal = { accountId, fingerprint: fingerprintOf(wish) };
  if (dedupe) await lockEqualWishes(trx, equal);
  const result = cacheTtlS > 0 ? await findEqualResult(trx, { ...equal, cacheTtlS }) : undefined;
  const lane = { itemId: id, lane: accountId, priority: lanePriorities[priority] };
  const leader = dedupe && !result ? await findLeader(trx, equal, (itemId) => raise(trx, { ...lane, itemId })) : undefined;

  const stored = await row<StoredRow>(
    trx,
    `insert into screenshots
       (id, account_id, url, source, priority, options, announcement, tags, image_key, fingerprint, leader_id, cache)
     values (:id, :accountId, :url, :source, :priority, :options, :announcement, :tags, :imageKey, :fingerprint, :leaderId, :cache)
     on conflict (id) do nothing
     returning ${columns}`,
    {
      id,
      accountId,
      url,
      source: html !== '' ? 'html' : markdown !== '' ? 'markdown' : 'url',
      priority,
      options: JSON.stringify(toJson(OptionsSchema, options, { useProtoFieldName: true })),
      announcement: announcement && Buffer.from(toBinary(AnnouncementSchema, announcement)),
      tags,
      imageKey: imageKeyOf(id, traitsOf(options.format ?? Format.PNG).mimeType),
      fingerprint: equal.fingerprint,
      leaderId: leader ?? null,
      cache: result || leader ? 'hit' : dedupe || cacheTtlS > 0 ? 'miss' : null,
    },
  );
  if (!stored) return undefined;
  if (result) return completeAtOnce(trx, wish, result);
  if (!leader) {
    await enqueue(trx, lane);
    if (url === '')
      await touch(trx, 'insert into screenshot_sources (screenshot_id, page) values (:id, :page)', { id, page: html || markdown });
  }
  return screenshotFromStored(stored);
}

async function completeAtOnce(trx: Transaction, { id, retentionHours, newEventId }: Wish, from: string): Promise<ScreenshotRow> {
  const stored = await row<StoredRow>(
    trx,
    `update screenshots
     set (${resultColumns}) = (select ${resultColumns} from screenshots where id = :from),
         ended_at = clock_timestamp(), options = options - :secretOptions::text[],
         image_remove_at = clock_timestamp() + make_interval(hours => :retentionHours)
     where id = :id
     returning ${columns}`,
    { id, from, secretOptions, retentionHours },
  );
  const completed = screenshotFromStored(stored as StoredRow);
  await announce(trx, eventOf(completed, newEventId()));
  return completed;
}
