import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';

interface Call {
  session: CDPSession;
  /** The source of a function, and what it is called with; both cross as JSON. */
  source: string;
  given: unknown;
  signal: AbortSignal;
}

/** A page that is on its way elsewhere is asked again, this often. */
const TRIES = 5;

/**
 * Calls a function in a world of its own: it sees the document of the main frame as it is, and the language and the prototypes
 * as the page has not touched them. Failure `page_overload` when the function throws, or when the page does not stay.
 */
export async function evaluateApart<T>({ session, source, given, signal }: Call): Promise<T> {
  const expression = `(${source})(${JSON.stringify(given)})`;
  for (let left = TRIES; ; left -= 1) {
    try {
      const { frameTree } = await orAborted(session.send('Page.getFrameTree'), signal);
      const world = session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'shotwire' });
      const { executionContextId: contextId } = await orAborted(world, signal);
      const evaluation = session.send('Runtime.evaluate', { expression, contextId, awaitPromise: true, returnByValue: true });
      const { result, exceptionDetails } = await orAborted(evaluation, signal);
      if (exceptionDetails) throw new Failure('page_overload', { cause: exceptionDetails.exception?.description ?? exceptionDetails.text });
      return result.value as T;
    } catch (thrown) {
      if (signal.aborted || !hasMoved(thrown)) throw thrown;
      if (left <= 1) throw new Failure('page_overload', { says: 'The page kept navigating.', cause: thrown });
    }
  }
}

function hasMoved(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    /context with specified id|context was destroyed|navigated|No frame for given id|Not attached to an active page/.test(thrown.message)
  );
}
