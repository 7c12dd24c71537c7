import { orAborted } from '@shotwire/deadlines';
import { isResolverDown } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import { type Dispatcher, request } from 'undici';
import type { Posted, Trouble } from '../core/verdict.ts';
import type { Letter } from './letter.ts';
import { wentOutOnStaleSocket } from './sockets-in-use.ts';

interface Sending {
  /** The guarded agent: it decides what may be called. */
  dispatcher: Dispatcher;
  letter: Omit<Letter, 'timeoutMs'>;
  /** Ends everything, from DNS to the last byte of the answer. */
  signal: AbortSignal;
}

/** What is read of an answer; the rest is not waited for. */
const responseBytes = 16 * 1024;

/**
 * Sends one letter. It never rejects: whatever happens is an outcome. Redirects are not followed and nothing is decompressed.
 * An answer that has begun but does not end in time is no answer. A connection that its receiver closed just as the letter went out
 * says nothing about the letter: it goes out once more.
 */
export async function post(sending: Sending): Promise<Exclude<Posted, { kind: 'interrupted' }>> {
  const { posted, stale } = await postOnce(sending);
  return stale ? (await postOnce(sending)).posted : posted;
}

interface Tried {
  posted: Exclude<Posted, { kind: 'interrupted' }>;
  /** The connection was lost that an earlier request had left, and no byte of an answer came. */
  stale: boolean;
}

async function postOnce({ dispatcher, letter, signal }: Sending): Promise<Tried> {
  const { url, method, headers } = letter;
  // Of its own, so that this request is known again by it.
  const body = Buffer.from(letter.body.buffer, letter.body.byteOffset, letter.body.byteLength);
  let status: number | undefined;
  try {
    // undici heeds the signal of a request only once it has a connection: nothing is sent after it, but until then nothing is said.
    const answer = await orAborted(request(url, { dispatcher, method, headers, body, signal }), signal);
    status = answer.statusCode;
    const response = await readBeginning(answer.body);
    return { posted: { kind: 'answered', status, response, headers: steering(answer.headers) }, stale: false };
  } catch (thrown) {
    const trouble = signal.aborted ? 'timeout' : troubleOf(thrown);
    const stale = trouble === 'connection_failed' && status === undefined && wentOutOnStaleSocket(body);
    return { posted: { kind: 'unanswered', trouble, ...(status !== undefined && { status }), cause: thrown }, stale };
  }
}

/** The headers by which a receiver says what it wants. One that comes twice says nothing. */
function steering(headers: Dispatcher.ResponseData['headers']) {
  const [retryAfter, webhookDelivery] = [headers['retry-after'], headers['webhook-delivery']];
  return {
    ...(typeof retryAfter === 'string' && { retryAfter }),
    ...(typeof webhookDelivery === 'string' && { webhookDelivery }),
  };
}

async function readBeginning(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  // Leaving the loop early destroys the body, which it reports as an error although that was the wish.
  body.on('error', () => {});
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= responseBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, responseBytes);
}

const troubles: Readonly<Partial<Record<Failure['kind'], Trouble>>> = {
  blocked_url: 'blocked_address',
  dns_failed: 'dns_failed',
  connection_refused: 'connection_refused',
  tls_failed: 'tls_failed',
};

/** A resolver of ours that is away says nothing of the receiver. What is not the guard's Failure is undici's: a connection that was lost, or an answer that is not HTTP. */
function troubleOf(thrown: unknown): Exclude<Trouble, 'status'> {
  if (isResolverDown(thrown)) return 'dns_ours';
  return ((thrown instanceof Failure && troubles[thrown.kind]) || 'connection_failed') as Exclude<Trouble, 'status'>;
}
