import { type Event, type Instant, instantFromTimestamp, type Screenshot, shownOptions } from '@shotwire/contract';

interface Told {
  event: Event;
  /** When its first attempt began. */
  sentAt: Instant;
  /** Where clients reach this installation. */
  publicUrl: URL;
}

/**
 * The body that announces the end of a screenshot, as JSON. Names, order and types of the fields are the contract.
 * What an event lacks is null: a body that cannot be rendered would stop its whole queue.
 */
export function renderBody({ event, sentAt, publicUrl }: Told): string {
  const { type, screenshot } = event;
  const data = screenshot && (screenshot.problem ? failedData(screenshot) : completedData(screenshot, publicUrl));
  return JSON.stringify({ event: type, data: data ?? null, sent_at: sentAt });
}

function completedData({ id, url, options, image, createdAt, endedAt }: Screenshot, publicUrl: URL) {
  return {
    id,
    status: 'completed',
    url,
    options: options ? shownOptions(options) : null,
    file_size: image ? Number(image.fileSize) : null,
    mime_type: image?.mimeType ?? null,
    width: image?.width ?? null,
    height: image?.height ?? null,
    processing_time_ms: image ? Number(image.processingTimeMs) : null,
    image_url: `${publicUrl.origin}${publicUrl.pathname.replace(/\/+$/, '')}/api/v1/screenshots/${id}/image`,
    created_at: instantOrNull(createdAt),
    completed_at: instantOrNull(endedAt),
  };
}

function failedData({ id, url, problem, createdAt }: Screenshot) {
  return {
    id,
    status: 'failed',
    url,
    error: { message: problem?.message ?? '', code: problem?.code ?? '' },
    created_at: instantOrNull(createdAt),
  };
}

function instantOrNull(timestamp: Screenshot['createdAt']): Instant | null {
  return timestamp ? instantFromTimestamp(timestamp) : null;
}
