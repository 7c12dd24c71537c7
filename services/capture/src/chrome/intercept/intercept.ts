import type { CDPSession, Protocol } from 'puppeteer';
import type { Decision, Interceptor } from './interceptor.ts';
import { requestTest } from './pattern.ts';

interface InterceptParts {
  session: CDPSession;
  /** Asked in this order. */
  interceptors: readonly Interceptor[];
}

/**
 * Lets several concerns decide about a page's requests, with one answer to Chrome for each. The first that refuses or fulfils
 * decides; changes are put together, of two to the same field the later holds. Nothing is paused when nobody has a pattern.
 * Frames of other processes, workers and WebSockets do not come by here: the proxy sees their hosts. It ends with the session.
 */
export async function intercept({ session, interceptors }: InterceptParts): Promise<void> {
  const patterns = interceptors.flatMap((interceptor) => interceptor.patterns);
  const authenticates = interceptors.some(({ onAuth }) => onAuth);
  if (patterns.length === 0 && !authenticates) return;
  const asked = interceptors.map((interceptor) => ({ interceptor, fits: requestTest(interceptor.patterns) }));

  const decideAndAnswer = async (paused: Protocol.Fetch.RequestPausedEvent) => {
    const concerned = asked.filter(({ fits }) => fits(paused)).map(({ interceptor }) => interceptor);
    const decision = await decide(concerned, paused).catch((): Decision => ({ fail: 'Failed' }));
    await answer(session, paused.requestId, decision).catch(() => undefined);
  };
  const onPaused = (paused: Protocol.Fetch.RequestPausedEvent) => void decideAndAnswer(paused);
  const onAuth = (event: Protocol.Fetch.AuthRequiredEvent) => {
    const authChallengeResponse = firstAnswer(interceptors, event) ?? { response: 'Default' };
    session.send('Fetch.continueWithAuth', { requestId: event.requestId, authChallengeResponse }).catch(() => undefined);
  };
  session.on('Fetch.requestPaused', onPaused).on('Fetch.authRequired', onAuth);
  await session.send('Fetch.enable', { patterns: narrowed(patterns), handleAuthRequests: authenticates });
}

async function decide(concerned: readonly Interceptor[], paused: Protocol.Fetch.RequestPausedEvent): Promise<Decision> {
  let change: Extract<Decision, { change: unknown }>['change'] | undefined;
  for (const interceptor of concerned) {
    const decision = await interceptor.onRequest(paused);
    if (decision === 'pass') continue;
    if (!('change' in decision)) return decision;
    change = { ...change, ...decision.change };
  }
  return change ? { change } : 'pass';
}

/** Rejects when the request is gone: its page was closed or went elsewhere. */
function answer(session: CDPSession, requestId: string, decision: Decision): Promise<void> {
  if (decision === 'pass') return session.send('Fetch.continueRequest', { requestId });
  if ('fail' in decision) return session.send('Fetch.failRequest', { requestId, errorReason: decision.fail });
  if ('fulfil' in decision) return session.send('Fetch.fulfillRequest', { requestId, ...decision.fulfil });
  return session.send('Fetch.continueRequest', { requestId, ...decision.change });
}

function firstAnswer(interceptors: readonly Interceptor[], event: Protocol.Fetch.AuthRequiredEvent) {
  for (const { onAuth } of interceptors) {
    const given = onAuth?.(event);
    if (given) return given;
  }
  return undefined;
}

/** One pattern for everything makes the others idle. Chrome announces challenges only of requests that it pauses. */
function narrowed(patterns: readonly Protocol.Fetch.RequestPattern[]): Protocol.Fetch.RequestPattern[] {
  const all = patterns.find(({ urlPattern = '*', resourceType }) => urlPattern === '*' && !resourceType);
  return all ? [all] : [...patterns];
}
