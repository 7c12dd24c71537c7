import { addAbortSignal, PassThrough, pipeline, type Readable } from 'node:stream';
import type { Archive, ArchiveLog } from './archive.ts';
import { assertKey, assertPrefix, mimeTypeOf } from './archive-key.ts';
import { archivePlace } from './archive-place.ts';
import { openFolderArchive } from './folder-archive.ts';
import { openS3Archive } from './s3-archive.ts';
import { storageFailure } from './storage-failure.ts';

const unreadable = 'The image could not be read. Try again later.';
const readyWithinMs = 10_000;

/**
 * The archive at a URL: `file:///FOLDER`, or `http(s)://KEY:SECRET@HOST:PORT/BUCKET?region=REGION`.
 * Touches nothing yet; `ready()` does. Throws a TypeError for another URL.
 */
export function openArchive({ url, log }: { url: URL; log: ArchiveLog }): Archive {
  const place = archivePlace(url);
  if (!place) throw new TypeError('The URL of the archive names no folder and no bucket with its key.');
  return guard(place.kind === 'folder' ? openFolderArchive(place) : openS3Archive({ ...place, log }));
}

/** What both kinds share: keys are checked, no wait outlasts its signal, every error is a Failure. */
function guard(archive: Archive): Archive {
  return {
    async put({ key, body, mimeType, signal }) {
      assertKey(key);
      if (mimeType !== mimeTypeOf(key)) throw new TypeError(`"${key}" cannot hold ${mimeType}.`);
      await within(signal, () => archive.put({ key, body, mimeType, signal }));
    },
    async get({ key, signal }) {
      assertKey(key);
      const read = async () => {
        const found = await archive.get({ key, signal });
        return found && { ...found, body: guardBody(found.body, signal) };
      };
      return await within(signal, read, unreadable);
    },
    async delete({ key, signal }) {
      assertKey(key);
      await within(signal, () => archive.delete({ key, signal }), 'The image could not be removed.');
    },
    async *list({ prefix, signal }) {
      assertPrefix(prefix);
      try {
        yield* archive.list({ prefix, ...(signal && { signal }) });
      } catch (thrown) {
        throw storageFailure(thrown, { signal, says: 'The images could not be listed.' });
      }
    },
    async ready() {
      await within(AbortSignal.timeout(readyWithinMs), () => archive.ready(), 'The image store is not available.');
    },
  };
}

async function within<T>(signal: AbortSignal, act: () => Promise<T>, says?: string): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  try {
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
    return await Promise.race([act(), aborted]);
  } catch (thrown) {
    throw storageFailure(thrown, { signal, ...(says && { says }) });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function guardBody(source: Readable, signal: AbortSignal): Readable {
  const body = new PassThrough({
    destroy: (error, callback) => callback(error && storageFailure(error, { signal, says: unreadable })),
  });
  pipeline(source, body, () => {});
  return addAbortSignal(signal, body);
}
