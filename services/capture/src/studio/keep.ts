import type { Archive } from '@shotwire/archive';
import { storableFindings } from '../core/findings.ts';
import { artefactKeyOf, reportKeyOf } from '../core/object-keys.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import type { StoredResult } from '../sql/end-screenshot.ts';
import type { Capture } from './camera.ts';

/** Time allowed for storing results; it is not the page's, so not part of its budget. */
const STORE_MS = 30_000;

interface KeepParts {
  archive: Pick<Archive, 'put'>;
  screenshot: Pick<ScreenshotRow, 'imageKey'>;
}

/** Stores all that a capture gave but its report. Failure `storage_failed`; then some of it may be there. */
export async function keepArtefacts(
  { archive, screenshot: { imageKey } }: KeepParts,
  { artefacts: [main, ...further], findings }: Capture,
): Promise<Omit<StoredResult, 'reportKey' | 'processingTimeMs'>> {
  const signal = AbortSignal.timeout(STORE_MS);
  const keyed = further.map((artefact) => ({ key: artefactKeyOf(imageKey, artefact), ...artefact }));
  await Promise.all([{ key: imageKey, ...main }, ...keyed].map(({ key, body, mimeType }) => archive.put({ key, body, mimeType, signal })));
  return {
    mimeType: main.mimeType,
    fileSize: main.body.length,
    width: main.width,
    height: main.height,
    artefacts: keyed.map(({ body, ...artefact }) => ({ ...artefact, fileSize: BigInt(body.length) })),
    findings: storableFindings(findings),
  };
}

/** Stores a report; gives its key. Failure `storage_failed`. */
export async function keepReport({ archive, screenshot }: KeepParts, body: Buffer): Promise<string> {
  const key = reportKeyOf(screenshot.imageKey);
  await archive.put({ key, body, mimeType: 'application/json', signal: AbortSignal.timeout(STORE_MS) });
  return key;
}
