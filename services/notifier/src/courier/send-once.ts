import { deadline } from '@shotwire/deadlines';
import type { Dispatcher } from 'undici';
import { judge } from '../core/verdict.ts';
import type { TestOutcome, TestRequest } from '../desk/parts.ts';
import { post } from './post.ts';

/** Sends one request that was asked for by hand, through the guard. It never rejects: whatever happens is an outcome. */
export function sendOnce({ dispatcher }: { dispatcher: Dispatcher }): (request: TestRequest) => Promise<TestOutcome> {
  return async ({ timeoutMs, ...request }) => {
    const began = performance.now();
    using limit = deadline(timeoutMs, new DOMException(`Not done within ${timeoutMs} ms.`, 'TimeoutError'), new AbortController().signal);
    const posted = await post({ dispatcher, letter: { method: 'POST', ...request }, signal: limit.signal });
    const verdict = judge(posted, { nowMs: 0, isApp: true });
    return {
      outcome: verdict.kind === 'succeeded' ? 'succeeded' : 'failed',
      status: verdict.kind === 'spared' ? null : verdict.status,
      error: verdict.kind === 'succeeded' ? null : verdict.trouble,
      durationMs: performance.now() - began,
      response: posted.kind === 'answered' ? posted.response : null,
    };
  };
}
