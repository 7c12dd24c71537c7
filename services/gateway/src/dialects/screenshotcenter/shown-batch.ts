import { type Batch, BatchStatus } from '@shotwire/contract';

/** Their statuses. A batch of which nothing completed is an error, and so is one that was taken back. */
const words: Readonly<Record<BatchStatus, 'processing' | 'finished' | 'error'>> = {
  [BatchStatus.UNSPECIFIED]: 'processing',
  [BatchStatus.PROCESSING]: 'processing',
  [BatchStatus.COMPLETED]: 'finished',
  [BatchStatus.FAILED]: 'error',
  [BatchStatus.CANCELLED]: 'error',
};

const errors: Partial<Record<BatchStatus, string>> = {
  [BatchStatus.FAILED]: 'No screenshot of it completed.',
  [BatchStatus.CANCELLED]: 'Canceled',
};

/** What batches and crawls have in common. `processed` are all that ended; moments are seconds since the epoch, as theirs. */
function shown({ id, number, status, completed, failed, cancelled, createdAt, endedAt }: Batch) {
  return {
    id: Number(number),
    status: words[status],
    error: errors[status] ?? null,
    started: createdAt ? Number(createdAt.seconds) : null,
    finished: endedAt ? Number(endedAt.seconds) : null,
    processed: completed + failed + cancelled,
    failed: failed + cancelled,
    uuid: id,
  };
}

/** A batch as theirs shows it. Its ZIP asks for the key, as all that is not an image does. */
export function shownBatch(batch: Batch, { publicUrl }: { publicUrl: string }): Record<string, unknown> {
  const hasEnded = batch.status !== BatchStatus.PROCESSING;
  return { ...shown(batch), count: batch.total, zip_url: hasEnded ? `${publicUrl}/api/v1/batch/download?id=${batch.number}` : null };
}

/** A crawl as theirs shows it. One that was taken back has a status of its own. */
export function shownCrawl(batch: Batch): Record<string, unknown> {
  const { startUrl = '', domain = '', maxUrls, discovered = 0 } = batch.crawl ?? {};
  return {
    ...shown(batch),
    ...(batch.status === BatchStatus.CANCELLED && { status: 'cancelled' }),
    domain: domain || (URL.canParse(startUrl) ? new URL(startUrl).hostname : ''),
    start_url: startUrl,
    max_urls: maxUrls ?? batch.total,
    total_discovered: discovered,
    created_at: batch.createdAt ? new Date(Number(batch.createdAt.seconds) * 1000).toISOString() : null,
  };
}
