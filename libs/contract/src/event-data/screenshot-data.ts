import { type Screenshot, ScreenshotStatus, Source, SourceSchema } from '../gen/shotwire/capture/v1/screenshot_pb.ts';
import { wordsOf } from '../rules.ts';
import { shownOptions } from '../shown-options.ts';
import { shownArtefacts, shownVerdicts } from '../shown-results.ts';
import { moment } from './moment.ts';

/** The end of a screenshot. Names, order and types of the fields are the contract of the profile run. */
export function screenshotData(screenshot: Screenshot, publicUrl: URL) {
  if (screenshot.problem) return failedData(screenshot, screenshot.problem);
  return screenshot.status === ScreenshotStatus.CANCELLED ? cancelledData(screenshot) : completedData(screenshot, publicUrl);
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
    created_at: moment(createdAt),
    completed_at: moment(endedAt),
    ...sourceOf(screenshot),
    ...ownersOf(screenshot),
    ...remarks(screenshot, own),
  };
}

function failedData(screenshot: Screenshot, { message, code }: NonNullable<Screenshot['problem']>) {
  const { id, url, createdAt } = screenshot;
  return {
    id,
    status: 'failed',
    url: url || null,
    error: { message, code },
    created_at: moment(createdAt),
    ...sourceOf(screenshot),
    ...ownersOf(screenshot),
  };
}

function cancelledData(screenshot: Screenshot) {
  const { id, url, createdAt, endedAt } = screenshot;
  return {
    id,
    status: 'cancelled',
    url: url || null,
    created_at: moment(createdAt),
    ended_at: moment(endedAt),
    ...sourceOf(screenshot),
    ...ownersOf(screenshot),
  };
}

/** What a page is that has no URL. */
function sourceOf({ source }: Screenshot) {
  return source > Source.URL && { source: wordsOf(SourceSchema).get(source) };
}

/** What its owner calls it and keeps with it, and the batch it belongs to: only where there is such. */
function ownersOf({ batchId, externalId, metadata }: Screenshot) {
  return {
    ...(batchId !== '' && { batch_id: batchId }),
    ...(externalId !== '' && { external_id: externalId }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
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
