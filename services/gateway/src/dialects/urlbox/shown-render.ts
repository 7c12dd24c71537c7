import { instantFromTimestamp, instantToMs, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import type { Links } from '@shotwire/links';
import { linkOf } from '../link-of.ts';

/** What came of a render, as theirs shows it: the link opens without a key, for as long as the image is kept. */
export function shownResult(screenshot: Screenshot, parts: { links: Pick<Links, 'imageUrl'> }): Record<string, unknown> {
  const { image, createdAt, startedAt } = screenshot;
  const msOf = (at: typeof createdAt) => at && instantToMs(instantFromTimestamp(at));
  const [created, started] = [msOf(createdAt), msOf(startedAt)];
  return {
    renderUrl: linkOf(screenshot, parts),
    size: Number(image?.fileSize ?? 0),
    renderTime: Number(image?.processingTimeMs ?? 0),
    // What was there already waited for nothing.
    queueTime: created !== undefined && started !== undefined ? Math.max(0, started - created) : 0,
  };
}

/** A render as one who asks again sees it. */
export function shownStatus(screenshot: Screenshot, parts: { links: Pick<Links, 'imageUrl'> }): Record<string, unknown> {
  const { id: renderId, status, problem } = screenshot;
  if (status === ScreenshotStatus.COMPLETED) return { renderId, status: 'succeeded', ...shownResult(screenshot, parts) };
  if (status === ScreenshotStatus.CANCELLED)
    return { renderId, status: 'failed', error: { message: 'The render was cancelled.', code: 'CANCELLED' } };
  if (status === ScreenshotStatus.FAILED) return { renderId, status: 'failed', error: { message: problem?.message, code: problem?.code } };
  return { renderId, status: 'created' };
}
