import { buffer } from 'node:stream/consumers';
import type { ArchiveReader } from '@shotwire/archive';
import { Failure } from '@shotwire/failures';
import { LRUCache } from 'lru-cache';
import type { Kept } from '../../../screenshots/send-object.ts';
import { editPicture } from './edit-picture.ts';
import type { Edit } from './readers.ts';

/** An edited picture. */
export interface Thumbnail {
  bytes: Buffer;
  mimeType: string;
}

/** Edits stored pictures, and remembers what came of it. */
export interface Thumbnails {
  /** Failure `queue_full`, `expired`, `storage_failed`, or what {@link editPicture} fails with. */
  of(kept: Kept, edit: Edit): Promise<Thumbnail>;
}

const REMEMBERED_BYTES = 64 * 1024 * 1024;
/** A picture in hand is in memory twice, once of them decoded. */
const MOST_IN_HAND = 4;
const MOST_WAITING = 64;
const MOST_BYTES = 64 * 1024 * 1024;
const READ_MS = 20_000;

/** The bytes behind a key never change, so what was made of them stays right for as long as it is remembered. */
export function createThumbnails({ archive }: { archive: ArchiveReader }): Thumbnails {
  const remembered = new LRUCache<string, Thumbnail>({
    maxSize: REMEMBERED_BYTES,
    maxEntrySize: REMEMBERED_BYTES / 4,
    sizeCalculation: ({ bytes }) => bytes.length + 500,
  });
  const underWay = new Map<string, Promise<Thumbnail>>();
  const waiting: (() => void)[] = [];
  let inHand = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting.length >= MOST_WAITING) throw new Failure('queue_full', { retryAfterS: 1, says: 'Too many thumbnails are being made.' });
    if (inHand >= MOST_IN_HAND) await new Promise<void>((resolve) => waiting.push(resolve));
    else inHand += 1;
    try {
      return await work();
    } finally {
      // The place goes to the next one as it is, so that nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else inHand -= 1;
    }
  }

  async function make({ key }: Kept, edit: Edit): Promise<Thumbnail> {
    const found = await archive.get({ key, signal: AbortSignal.timeout(READ_MS) });
    if (!found) throw new Failure('expired');
    if (found.size > MOST_BYTES) {
      found.body.destroy();
      throw new Failure('picture_too_large', { says: 'The picture is too large to be edited. It can be had as it is.' });
    }
    return editPicture(await buffer(found.body), edit);
  }

  return {
    async of(kept, edit) {
      const name = JSON.stringify([kept.key, ...Object.entries(edit).sort()]);
      const known = remembered.get(name);
      if (known) return known;
      const making = underWay.get(name) ?? inTurn(() => make(kept, edit)).finally(() => underWay.delete(name));
      underWay.set(name, making);
      const made = await making;
      remembered.set(name, made);
      return made;
    },
  };
}
