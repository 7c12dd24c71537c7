import { rows, type Transaction, touch } from '@shotwire/postgres';

/** A screenshot whose results' time is over. */
export interface Sweepable {
  id: string;
  /** Where the image is, or where an interrupted capture may have left one. */
  imageKey: string;
  /** Whether another screenshot shows the same results, whose time is not over. */
  shared: boolean;
}

/** Screenshots to remove the results of now, the oldest first; other replicas skip them while this transaction lasts. */
export async function findSweepable(trx: Transaction, limit: number): Promise<Sweepable[]> {
  return rows<Sweepable>(
    trx,
    `select id, image_key as "imageKey",
            exists (select 1 from screenshots o where o.image_key = s.image_key and o.id <> s.id and o.image_remove_at > now()) as shared
     from screenshots s
     where image_remove_at <= now() order by image_remove_at for update skip locked limit :limit`,
    { limit },
  );
}

/** Records that images are gone; rows deleted by their owner go with them. */
export async function markSwept(trx: Transaction, ids: readonly string[]): Promise<void> {
  await touch(trx, 'delete from screenshots where id = any(:ids::uuid[]) and deleted_at is not null', { ids });
  await touch(trx, 'update screenshots set image_removed_at = image_remove_at, image_remove_at = null where id = any(:ids::uuid[])', {
    ids,
  });
}
