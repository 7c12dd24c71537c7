import type { CDPSession, Protocol } from 'puppeteer';

/** A JavaScript world of our own beside that of a page: it shares the document, and nothing else. */
export interface World {
  /** Runs an expression; waits for it when it gives a promise. Rejects when it throws, or runs (waiting not counted) longer than it may. */
  run<T>(expression: string, limitMs?: number): Promise<T>;
}

const NAME = 'shotwire';
const LIMIT_MS = 1_000;

/** The world of ours in a frame; another call for the same document gives the same. */
export async function openWorld(session: CDPSession, frameId: string): Promise<World> {
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId, worldName: NAME });
  return { run: (expression, limitMs) => evaluate(session, { expression, contextId: executionContextId }, limitMs) };
}

/** The world of the page itself, in its main frame. */
export function pagesWorld(session: CDPSession): World {
  return { run: (expression, limitMs) => evaluate(session, { expression }, limitMs) };
}

async function evaluate<T>(session: CDPSession, request: Protocol.Runtime.EvaluateRequest, limitMs = LIMIT_MS): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    ...request,
    returnByValue: true,
    awaitPromise: true,
    timeout: limitMs,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as T;
}

/** Runs a script of ours in every document to come, in our own world or in the page's, until the session ends. */
export async function runInEachDocument(session: CDPSession, source: string, world: 'ours' | 'pages'): Promise<void> {
  await session.send('Page.enable');
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source, ...(world === 'ours' && { worldName: NAME }) });
}

/** A frame whose process is the page's own: those of other sites are out of reach. */
export interface LocalFrame {
  readonly id: string;
  readonly url: string;
  readonly isMain: boolean;
}

/** The frames of a page that can be reached, the main one first; at most so many. */
export async function localFrames(session: CDPSession, most: number): Promise<LocalFrame[]> {
  const { frameTree } = await session.send('Page.getFrameTree');
  const found: LocalFrame[] = [];
  const walk = ({ frame, childFrames = [] }: Protocol.Page.FrameTree) => {
    if (found.length < most && /^https?:/.test(frame.url)) found.push({ id: frame.id, url: frame.url, isMain: !frame.parentId });
    for (const child of childFrames) walk(child);
  };
  walk(frameTree);
  return found;
}
