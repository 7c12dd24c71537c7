import { type Batch, BatchStatus, BatchStatusSchema, numberOfWord, wordsOf } from '@shotwire/contract';
import { whenSet } from '../screenshots/when-set.ts';

/** The number of a status' word. */
export function batchStatusToProto(word: string): BatchStatus {
  return (numberOfWord(BatchStatusSchema, word) ?? BatchStatus.UNSPECIFIED) as BatchStatus;
}

/** The resource. */
export function batchFromProto(batch: Batch, { publicUrl }: { publicUrl: string }): Record<string, unknown> {
  const { id, status, total, completed, failed, cancelled, createdAt, endedAt, externalId, replayOf, crawl, announcement } = batch;
  const apps = Object.keys(announcement?.apps ?? {});
  return {
    id,
    status: wordsOf(BatchStatusSchema).get(status),
    total,
    completed,
    failed,
    cancelled,
    created_at: whenSet(createdAt),
    ended_at: whenSet(endedAt),
    ...(externalId !== '' && { external_id: externalId }),
    ...(replayOf !== '' && { replay_of: replayOf }),
    ...(crawl && {
      crawl: {
        start_url: crawl.startUrl,
        domain: crawl.domain || new URL(crawl.startUrl).hostname,
        max_urls: crawl.maxUrls,
        ignore_robots: crawl.ignoreRobots,
        discovered: crawl.discovered,
      },
    }),
    ...(announcement?.webhookUrl && { webhook_url: announcement.webhookUrl }),
    ...(apps.length > 0 && { apps }),
    ...(status !== BatchStatus.PROCESSING && { download_url: `${publicUrl}/api/v1/batches/${id}/download` }),
  };
}
