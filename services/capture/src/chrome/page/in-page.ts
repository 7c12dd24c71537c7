import { Failure } from '@shotwire/failures';
import type { CDPSession, Protocol } from 'puppeteer';
import { wentOn } from '../steps/went-on.ts';

/** One world beside the page's own: what its scripts have made of the built-ins does not matter there, and ours is not seen. */
export const WORLD = 'shotwire-steps';

/** A page that is on its way elsewhere is asked again. */
const TRIES = 5;

/**
 * Calls a function in a world of our own in the main frame, and waits for what it promises. The function crosses as its source,
 * what it is given and gives as JSON. Failure `page_overload` when it throws: a page can
 * name its elements like methods of the document. Hangs on a page that never yields.
 */
export async function inPage<Given extends unknown[], Gives>(
  session: CDPSession,
  run: (...given: Given) => Gives,
  ...given: Given
): Promise<Awaited<Gives>> {
  for (let left = TRIES; ; left -= 1) {
    try {
      const { frameTree } = await session.send('Page.getFrameTree');
      return await inFrame(session, frameTree.frame.id, run, ...given);
    } catch (thrown) {
      if (!wentOn(thrown) || left <= 1) throw thrown;
    }
  }
}

/** The same in every frame that the session reaches. A frame that is gone by then is passed over. */
export async function inEachFrame<Given extends unknown[]>(
  session: CDPSession,
  run: (...given: Given) => unknown,
  ...given: Given
): Promise<void> {
  const { frameTree } = await session.send('Page.getFrameTree');
  const calls = [...framesOf(frameTree)].map((id) => inFrame(session, id, run, ...given));
  for (const { reason } of (await Promise.allSettled(calls)).filter((settled) => settled.status === 'rejected')) {
    if (!wentOn(reason)) throw reason;
  }
}

/** What a page's exception says, in one line. */
export function sentenceOf({ exception, text }: Protocol.Runtime.ExceptionDetails): string {
  const description = exception?.description ?? (exception ? JSON.stringify(exception.value ?? exception.type) : text);
  return (description.split('\n')[0] ?? '').slice(0, 300);
}

async function inFrame<Given extends unknown[], Gives>(
  session: CDPSession,
  frameId: string,
  run: (...given: Given) => Gives,
  ...given: Given
): Promise<Awaited<Gives>> {
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId, worldName: WORLD });
  const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
    functionDeclaration: run.toString(),
    executionContextId,
    arguments: given.map((value) => ({ value })),
    returnByValue: true,
    awaitPromise: true,
  });
  if (exceptionDetails)
    throw new Failure('page_overload', { says: 'The page does not let itself be looked at.', cause: sentenceOf(exceptionDetails) });
  return result.value as Awaited<Gives>;
}

function* framesOf({ frame, childFrames = [] }: Protocol.Page.FrameTree): Iterable<string> {
  yield frame.id;
  for (const child of childFrames) yield* framesOf(child);
}
