import type { Batch } from '../../batch/batch.ts';
import type { EndedRow } from '../../batch/ended-rows.ts';
import { ShotwireError } from '../../shotwire-error.ts';
import type { Folder } from './folder.ts';

/** Images that are fetched at the same time. */
const atOnce = 4;

interface Collecting {
  /** Of the rows, in their order. */
  urls: readonly string[];
  folder: Folder;
  onSaved: (url: string, path: string) => void;
  onFailed: (url: string, why: string) => void;
  signal: AbortSignal;
}

/** Saves the image of each row of a batch when it has ended, unless the folder has it. Throws what is not about one row alone. */
export async function collect(batch: Batch, { urls, folder, onSaved, onFailed, signal }: Collecting): Promise<void> {
  const fetching = new Set<Promise<void>>();
  for await (const row of batch) {
    const url = urls[(row.batch_row ?? 0) - 1] ?? row.url ?? row.id;
    if (folder.has(url)) continue;
    const one = fetchRow(row, url).finally(() => fetching.delete(one));
    // Its error is thrown where it is waited for.
    one.catch(() => {});
    fetching.add(one);
    if (fetching.size >= atOnce) await Promise.race(fetching);
  }
  await Promise.all(fetching);

  async function fetchRow(row: EndedRow, url: string): Promise<void> {
    if (row.status !== 'completed') return onFailed(url, row.error ? `${row.error.message} (${row.error.code})` : row.status);
    const bytes = await row.image({ signal }).catch(whyNone);
    if (typeof bytes === 'string') onFailed(url, bytes);
    else onSaved(url, await folder.put(url, bytes));
  }
}

/** An image that is gone is a row that failed; a server that is gone is more, and thrown. */
function whyNone(thrown: unknown): string {
  if (thrown instanceof ShotwireError && (thrown.status === 404 || thrown.status === 410)) return `${thrown.message} (${thrown.code})`;
  throw thrown;
}
