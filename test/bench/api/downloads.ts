import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openArchive } from '@shotwire/archive';
import { row, touch } from '@shotwire/postgres';
import { createLogger } from '@shotwire/telemetry';
import { request } from 'undici';
import type { Bare } from './bare.ts';
import type { Hall } from './hall.ts';
import { askAtOnce } from './load.ts';

/** An image that is kept. */
export interface KeptImage {
  url: string;
  /** Where it lies on disk. */
  file: string;
}

/** Makes a screenshot whose image has so many bytes, without a capture. */
export async function keepImage(hall: Hall, bytes: number): Promise<KeptImage> {
  const answer = await request(`${hall.url}/api/v1/screenshots`, {
    method: 'POST',
    headers: { ...hall.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'https://example.com' }),
  });
  const { id } = (await answer.body.json()) as { id: string };
  const completed = await hall.postgres.transaction(async (trx) => {
    await touch(trx, 'delete from lane_items where item_id = :id', { id });
    return row<{ key: string }>(
      trx,
      `update screenshots set status = 'completed', ended_at = now(), captured_at = now(), mime_type = 'image/png', file_size = :bytes,
         result_bytes = :bytes, width = 1280, height = 800, processing_time_ms = 1, image_remove_at = now() + interval '1 day'
       where id = :id returning image_key as key`,
      { id, bytes },
    );
  });
  const { key } = completed as { key: string };
  const archive = openArchive({ url: hall.archiveUrl, log: createLogger({ service: 'bench', level: 'warn' }) });
  await archive.put({ key, body: randomBytes(bytes), mimeType: 'image/png', signal: AbortSignal.timeout(10_000) });
  return { url: `${hall.url}/api/v1/screenshots/${id}/image`, file: fileURLToPath(new URL(`${hall.archiveUrl.href}/${key}`)) };
}

interface DownloadParts {
  hall: Hall;
  bare: Bare;
  image: KeptImage;
  downloads: number;
  signal: AbortSignal;
}

/** Downloads at once, on either side. */
export const downloadsAtOnce = 16;

/** Downloads a second, from the bare server and then from Shotwire. */
export async function measureDownloads({ hall, bare, image, downloads, signal }: DownloadParts) {
  const load = { requests: downloads, width: downloadsAtOnce, signal };
  const ofBare = await askAtOnce({ ...load, asked: { url: bare.streamUrl, status: 200 } });
  return { bare: ofBare, shotwire: await askAtOnce({ ...load, asked: { url: image.url, headers: hall.headers, status: 200 } }) };
}
