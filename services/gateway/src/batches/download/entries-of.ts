import type { Readable } from 'node:stream';
import type { ArchivedObject, ArchiveReader } from '@shotwire/archive';
import { type Batch, type IntakeService, instantFromTimestamp, instantToMs, type Screenshot } from '@shotwire/contract';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import { openWithin } from '../../screenshots/open-within.ts';
import { fileNames } from './file-names.ts';
import { manifestOf, rowOf } from './manifest.ts';

interface EntryParts {
  intake: Pick<RpcClient<typeof IntakeService>, 'listScreenshots'>;
  archive: ArchiveReader;
  /** Milliseconds since the epoch. */
  now: () => number;
  context: Partial<CallContext> & { signal: AbortSignal };
}

/** A file of a ZIP. */
interface Entry {
  name: string;
  lastModified: Date;
  input: Readable | AsyncIterable<string>;
}

/** Rows that are asked for at once. */
const pageSize = 100;

/**
 * What the ZIP of a batch holds, each file opened when its turn comes and closed when it is over: results in the order of the rows, and a
 * manifest of all rows. What is gone from the archive is left out, and said in the manifest. Failure `storage_failed`, or what keeps capture
 * from telling of the rows.
 */
export async function* entriesOf(batch: Batch, { intake, archive, now, context }: EntryParts): AsyncGenerator<Entry> {
  const told: string[] = [];
  let after = 0n;
  do {
    const { screenshots, next } = await intake.listScreenshots({ batchId: batch.id, limit: pageSize, after }, { context });
    for (const screenshot of screenshots) told.push(JSON.stringify(rowOf(screenshot, yield* filesOf(screenshot))));
    after = next;
  } while (after > 0n);
  yield { name: 'manifest.json', lastModified: new Date(now()), input: manifestOf(batch, told) };

  async function* filesOf(screenshot: Screenshot) {
    const { image, artefacts, endedAt } = screenshot;
    const nameFile = fileNames(screenshot);
    const lastModified = new Date(endedAt ? instantToMs(instantFromTimestamp(endedAt)) : now());
    const isOver = image?.expiresAt !== undefined && instantToMs(instantFromTimestamp(image.expiresAt)) <= now();
    const open = async (key: string) => (isOver ? undefined : openWithin(context.signal, (signal) => archive.get({ key, signal })));

    async function* fileOf(key: string, name?: string) {
      const found = await open(key);
      if (found) return yield* closing(found, { name: nameFile(key, name), lastModified });
      return null;
    }
    const file = image ? yield* fileOf(image.key) : null;
    const others: [string, string | null][] = [];
    for (const { key, name } of artefacts) others.push([name, yield* fileOf(key, name)]);
    return { file, artefacts: Object.fromEntries(others) };
  }
}

/** Hands out something opened, and closes it when it was taken, or when nobody takes it any more. */
async function* closing({ body }: ArchivedObject, about: Omit<Entry, 'input'>): AsyncGenerator<Entry, string> {
  try {
    yield { ...about, input: body };
    return about.name;
  } finally {
    body.destroy();
  }
}
