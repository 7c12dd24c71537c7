import { instantFromTimestamp, instantToMs, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Kept } from './send-object.ts';

/** The image of a screenshot. Failure `not_ready` or `no_image`. */
export function imageOf(screenshot: Screenshot): Kept {
  const { key, mimeType } = completed(screenshot);
  return { key, mimeType, tag: screenshot.id, expiresMs: expiryOf(screenshot) };
}

/** A further result, by its name. Failure `not_ready`, `no_image`, or `not_found`. */
export function artefactOf(screenshot: Screenshot, name: string): Kept {
  completed(screenshot);
  const artefact = screenshot.artefacts.find((one) => one.name === name);
  if (!artefact) throw new Failure('not_found', { says: 'This screenshot has no result of that name.' });
  const { key, mimeType } = artefact;
  return { key, mimeType, tag: `${screenshot.id}-${name}`, expiresMs: expiryOf(screenshot) };
}

/** The report, of a screenshot that failed too. Failure `not_ready` or `not_found`. */
export function reportOf(screenshot: Screenshot): Kept {
  refuseUnended(screenshot, 'The report is not ready yet.');
  const { id, reportKey: key } = screenshot;
  if (key === '') throw new Failure('not_found', { says: 'This screenshot ended without a report.' });
  return { key, mimeType: 'application/json', tag: `${id}-report`, expiresMs: expiryOf(screenshot) };
}

function completed(screenshot: Screenshot): NonNullable<Screenshot['image']> {
  refuseUnended(screenshot);
  if (screenshot.status !== ScreenshotStatus.COMPLETED || !screenshot.image) throw new Failure('no_image');
  return screenshot.image;
}

function refuseUnended({ status }: Screenshot, says?: string): void {
  if (status === ScreenshotStatus.PENDING || status === ScreenshotStatus.PROCESSING) {
    throw new Failure('not_ready', { retryAfterS: 1, ...(says !== undefined && { says }) });
  }
}

function expiryOf({ image }: Screenshot): number | undefined {
  return image?.expiresAt && instantToMs(instantFromTimestamp(image.expiresAt));
}
