import {
  type Event,
  type Instant,
  instantFromTimestamp,
  type Screenshot,
  Source,
  SourceSchema,
  shownArtefacts,
  shownOptions,
  shownVerdicts,
  wordsOf,
} from '@shotwire/contract';

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

function completedData(screenshot: Screenshot, publicUrl: URL) {
  const { id, url, options, image, createdAt, endedAt } = screenshot;
  const own = `${publicUrl.origin}${publicUrl.pathname.replace(/\/+$/, '')}/api/v1/screenshots/${id}`;
  return {
    id,
    status: 'completed',
    url: url || null,
    options: options ? shownOptions(options) : null,
    file_size: image ? Number(image.fileSize) : null,
    mime_type: image?.mimeType ?? null,
    width: image?.width || null,
    height: image?.height || null,
    processing_time_ms: image ? Number(image.processingTimeMs) : null,
    image_url: `${own}/image`,
    created_at: instantOrNull(createdAt),
    completed_at: instantOrNull(endedAt),
    ...sourceOf(screenshot),
    ...remarks(screenshot, own),
  };
}

function failedData(screenshot: Screenshot) {
  const { id, url, problem, createdAt } = screenshot;
  return {
    id,
    status: 'failed',
    url: url || null,
    error: { message: problem?.message ?? '', code: problem?.code ?? '' },
    created_at: instantOrNull(createdAt),
    ...sourceOf(screenshot),
  };
}

/** What a page is that has no URL. */
function sourceOf({ source }: Screenshot) {
  return source > Source.URL && { source: wordsOf(SourceSchema).get(source) };
}

/** Said only where there is something to say: who reads by the contract alone finds nothing else in most bodies. */
function remarks(screenshot: Screenshot, own: string) {
  const verdicts = screenshot.findings && shownVerdicts(screenshot.findings);
  const remarkable = verdicts && Object.values(verdicts).includes(true);
  const artefacts = shownArtefacts(screenshot, own);
  return {
    ...(remarkable && { verdicts }),
    ...(artefacts.length > 0 && { artefacts }),
    ...((remarkable || artefacts.length > 0) && screenshot.reportKey !== '' && { report_url: `${own}/report` }),
  };
}

function instantOrNull(timestamp: Screenshot['createdAt']): Instant | null {
  return timestamp ? instantFromTimestamp(timestamp) : null;
}
