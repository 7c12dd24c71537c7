import { type Finished, finished, hasEnded } from '../finished.ts';
import type { ScreenshotList } from '../gen/api.ts';
import { call } from '../http/call.ts';
import type { Server } from '../http/send.ts';
import { looksAt, type Progress } from './progress.ts';

/** A row that has ended, well or not. `batch_row` is its number in the batch, from 1. */
export type EndedRow = Finished;

/** A page of a batch's rows that has, or may get, rows which were not given out. */
interface Page {
  cursor: string | undefined;
  given: Set<string>;
  /** Whether the page after it is known. */
  isFollowed: boolean;
}

const pageSize = 100;

/**
 * Gives out each row when it has ended, once. Rows are listed in their order and end nearly in it: so it is asked for pages from the first one
 * on that is not done with, and for no more of them than it takes to find as many as have ended by the counts.
 */
export async function* endedRows(
  server: Server,
  id: string,
  following: { onProgress?: (progress: Progress) => void; signal?: AbortSignal },
): AsyncGenerator<EndedRow, void> {
  let pages: Page[] = [{ cursor: undefined, given: new Set(), isFollowed: false }];
  let given = 0;
  for await (const batch of looksAt(server, id, following)) {
    const isOver = batch.status !== 'processing';
    const ended = batch.completed + batch.failed + batch.cancelled;
    const done = new Set<Page>();
    // Grows while it is gone through.
    for (const page of pages) {
      if (!isOver && given >= ended) break;
      const { cursor } = page;
      const query = { limit: pageSize, ...(cursor !== undefined && { cursor }) };
      const asking = { path: { id }, query, signal: following.signal };
      const { data, next_cursor: next } = await call<ScreenshotList>(server, 'get', '/api/v1/batches/{id}/screenshots', asking);
      if (next !== null && !page.isFollowed) {
        page.isFollowed = true;
        pages.push({ cursor: next, given: new Set(), isFollowed: false });
      }
      // A crawl's last page may grow.
      if (page.isFollowed && data.every(hasEnded)) done.add(page);
      for (const screenshot of data) {
        if (!hasEnded(screenshot) || page.given.has(screenshot.id)) continue;
        page.given.add(screenshot.id);
        given++;
        yield finished(server, screenshot);
      }
    }
    pages = pages.filter((page) => !done.has(page));
  }
}
