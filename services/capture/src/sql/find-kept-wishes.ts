import { Failure } from '@shotwire/failures';
import { rows, type Transaction } from '@shotwire/postgres';
import { fingerprintOf } from '../core/fingerprint.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import type { Wish } from './insert-wishes.ts';
import { columns, type StoredRow, screenshotFromStored } from './screenshot-row.ts';

/** A screenshot, and its wish as it could be made once more. */
export interface Kept {
  screenshot: ScreenshotRow;
  /** Failure `wish_gone` when a part of it was not kept. */
  wishAgain: (id: string) => Wish;
}

type StoredWish = StoredRow & { fingerprint: Buffer | null; expiresIn: number | null };

/** What is known of an account's wishes, in the order of the ids. Their rows stay for as long as the transaction lasts. */
export async function findKeptWishes(trx: Transaction, { ids, accountId }: { ids: readonly string[]; accountId: string }): Promise<Kept[]> {
  const stored = await rows<StoredWish>(
    trx,
    `select ${columns}, fingerprint, expires_in as "expiresIn" from screenshots
     where id = any(:ids::uuid[]) and account_id = :accountId and deleted_at is null order by id for share`,
    { ids, accountId },
  );
  const kept = new Map(stored.map((one) => [one.id, keptFrom(one)]));
  return ids.flatMap((id) => kept.get(id) ?? []);
}

function keptFrom({ fingerprint, expiresIn, ...rest }: StoredWish): Kept {
  const screenshot = screenshotFromStored(rest);
  const { id: retryOf, accountId, url, options, announcement, tags, priority, externalId, metadata } = screenshot;
  const source = { url, html: '', markdown: '' };
  const plain = { dedupe: false, cacheTtlS: 0, batchId: null, batchRow: null };
  return {
    screenshot,
    wishAgain: (id) => {
      // Of what was a secret, or came with the wish, only the fingerprint knows.
      if (!fingerprint?.equals(fingerprintOf({ ...source, options }))) throw new Failure('wish_gone');
      return {
        ...source,
        ...plain,
        id,
        accountId,
        options,
        announcement,
        tags,
        priority,
        externalId,
        metadata,
        expiresInS: expiresIn,
        retryOf,
      };
    },
  };
}
