import { Failure } from '@shotwire/failures';
import type { FastifyInstance } from 'fastify';
import { httpLimits } from './limits.ts';

/** Bodies up to this size are always read: a wish without a page of its own is never larger. */
const SMALL_BYTES = 64 * 1024;
/** What all larger ones that are in hand may have together. Each is in memory several times over before it is passed on. */
const LARGE_BYTES = 32 * 1024 * 1024;

/**
 * Bounds the large bodies of this scope that are in hand at once, so that many of them cannot use up the process' memory.
 * Failure `queue_full` when there is no room for one more.
 */
export function limitLargeBodies(scope: FastifyInstance): void {
  let inHand = 0;
  scope.addHook('preParsing', async (request, reply) => {
    const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
    // What does not say how long it is may be as long as any.
    const bytes = chunked === undefined ? Math.min(Number(length ?? 0), httpLimits.bodyLimit) : httpLimits.bodyLimit;
    if (bytes <= SMALL_BYTES) return;
    if (inHand + bytes > LARGE_BYTES)
      throw new Failure('queue_full', { retryAfterS: 1, says: 'Too many large requests are in hand. Try again later.' });
    inHand += bytes;
    reply.raw.once('close', () => {
      inHand -= bytes;
    });
  });
}
