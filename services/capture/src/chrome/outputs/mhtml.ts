import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';

const MAX_BYTES = 100 * 1024 * 1024;

/** The page with everything it shows in one MIME file. Failure `picture_too_large` past 100 MiB. */
export async function makeMhtml({ session, signal }: { session: CDPSession; signal: AbortSignal }): Promise<Buffer> {
  const { data } = await orAborted(session.send('Page.captureSnapshot', { format: 'mhtml' }), signal);
  const body = Buffer.from(data);
  if (body.length > MAX_BYTES) {
    throw new Failure('picture_too_large', { says: `The page is larger than the ${MAX_BYTES / 1024 ** 2} MiB that mhtml takes.` });
  }
  return body;
}
