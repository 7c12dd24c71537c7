import { orAborted } from '@shotwire/deadlines';
import { type Dispatcher, request } from 'undici';
import { ROBOT } from '../core/robots-rules.ts';

/**
 * What a site says to robots, by RFC 9309 §2.3.1: a file; `unavailable` where it says that there is none, and all is allowed;
 * `unreachable` where it did not come to an answer, and nothing is.
 */
export type RobotsAnswer = { kind: 'file'; text: string } | { kind: 'unavailable' } | { kind: 'unreachable' };

/** RFC 9309 §2.5 asks for 500 KiB. */
const MOST_BYTES = 512 * 1024;
/** RFC 9309 §2.3.1.2: five at least; past them the file counts as unavailable. */
const MOST_REDIRECTS = 5;

/** Asks a site for its robots.txt. Never rejects: whatever happens is an answer. */
export async function fetchRobots({
  dispatcher,
  origin,
  signal,
}: {
  /** The guarded agent: it decides what may be called, after a redirect too. */
  dispatcher: Dispatcher;
  origin: string;
  signal: AbortSignal;
}): Promise<RobotsAnswer> {
  let url = new URL('/robots.txt', origin);
  try {
    for (let left = MOST_REDIRECTS; ; left -= 1) {
      const headers = { 'user-agent': ROBOT, accept: 'text/plain,*/*;q=0.5', 'accept-encoding': 'identity' };
      // undici heeds the signal of a request only once it has a connection.
      const answer = await orAborted(request(url, { dispatcher, headers, signal }), signal);
      const { statusCode: status, headers: told, body } = answer;
      if (status >= 200 && status < 300) {
        const encoded = told['content-encoding'] !== undefined && told['content-encoding'] !== 'identity';
        const bytes = await orAborted(readBeginning(body), signal);
        return encoded ? { kind: 'unreachable' } : { kind: 'file', text: textOf(bytes) };
      }
      // Leaves the connection, whatever is still to come on it.
      body.on('error', () => {}).destroy();
      const { location } = told;
      if (status >= 500 || status < 300) return { kind: 'unreachable' };
      if (status >= 400 || left === 0 || typeof location !== 'string' || !URL.canParse(location, url.href)) return { kind: 'unavailable' };
      url = new URL(location, url);
      if (!/^https?:$/.test(url.protocol)) return { kind: 'unavailable' };
    }
  } catch {
    return { kind: 'unreachable' };
  }
}

async function readBeginning(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  // Leaving the loop early destroys the body, which it reports as an error although that was the wish.
  body.on('error', () => {});
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/** Of a file that is too long the last line may be cut: half a rule is another rule. */
function textOf(bytes: Buffer): string {
  if (bytes.length <= MOST_BYTES) return bytes.toString();
  const text = bytes.subarray(0, MOST_BYTES).toString();
  return text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
}
