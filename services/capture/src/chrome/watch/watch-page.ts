import type { CDPSession, ConsoleMessage, HTTPRequest, HTTPResponse, Page, Protocol } from 'puppeteer';
import type { Redirect, Sightings, Traffic } from '../../report/report.ts';
import { tlsOf } from './tls-of.ts';
import { type Door, isBlocked, turnedAway } from './turned-away.ts';

/** What is seen of a page while it loads. Disposing it ends the watching. */
export interface Watch extends Disposable {
  sightings(): Sightings;
  /** URLs that were asked for, the first few hundred. */
  urls(): readonly string[];
  /** Errors that the page wrote to its console or did not catch. */
  consoleErrors(): number;
}

/** A page may do anything a million times: the report keeps the first of each. */
const most = { urls: 300, failed: 100, console: 100, text: 500, url: 2_048, moments: 100 } as const;

type Mark = (event: string, facts?: Readonly<Record<string, unknown>>) => void;

/**
 * Watches the network, the console and the progress of a page; redirects, the first paint and each load are marked when they happen.
 * It rides on what the driver listens to anyway, since each domain that is enabled twice costs its messages twice.
 */
export function watchPage(
  { page, proxy }: { page: Page; proxy: Door },
  mark: (event: string, facts?: Readonly<Record<string, unknown>>) => void,
): Watch {
  const clients = new Set<CDPSession>();
  const typeOf = new Map<string, string>();
  const byType: Record<string, Traffic> = {};
  const total: Traffic = { requests: 0, bytes: 0 };
  const urls: string[] = [];
  const failed: { url: string; error: string }[] = [];
  const lines: { level: string; text: string }[] = [];
  let errors = 0;
  let redirects: Redirect[] = [];
  let main: HTTPResponse | undefined;
  let painted = false;
  let moments = 0;

  const note: Mark = (event, facts) => {
    moments += 1;
    if (moments <= most.moments) mark(event, facts);
  };
  const count = (type: string) => {
    byType[type] ??= { requests: 0, bytes: 0 };
    return byType[type];
  };
  const onFinished = ({ requestId, encodedDataLength }: Protocol.Network.LoadingFinishedEvent) => {
    const type = typeOf.get(requestId);
    if (type === undefined) return;
    typeOf.delete(requestId);
    count(type).bytes += encodedDataLength;
    total.bytes += encodedDataLength;
  };
  const onLifecycle = ({ name }: Protocol.Page.LifecycleEventEvent) => {
    if (name !== 'firstPaint' || painted) return;
    painted = true;
    note('first_paint');
  };
  const onLoad = () => note('load');
  const listenTo = (client: CDPSession) => {
    if (clients.has(client)) return;
    clients.add(client);
    client.on('Network.loadingFinished', onFinished);
    client.on('Page.lifecycleEvent', onLifecycle);
  };

  const onRequest = (request: HTTPRequest) => {
    listenTo(request.client);
    const type = request.resourceType();
    typeOf.set(idOf(request), type);
    count(type).requests += 1;
    total.requests += 1;
    if (urls.length < most.urls) urls.push(cut(request.url(), most.url));
    if (isMain(request)) {
      redirects = request.redirectChain().map((hop) => ({ url: cut(hop.url(), most.url), status: hop.response()?.status() ?? 0 }));
      const last = redirects.at(-1);
      if (last) note('redirect', { ...last });
    }
  };
  const onResponse = (response: HTTPResponse) => {
    const request = response.request();
    // What the proxy answers is no word of the server's.
    if (turnedAway(proxy, request)) noteFailed(request);
    else if (isMain(request)) main = response;
  };
  const noteFailed = (request: HTTPRequest) => {
    if (failed.length >= most.failed || isBlocked(proxy, request)) return;
    failed.push({ url: cut(request.url(), most.url), error: turnedAway(proxy, request) ?? request.failure()?.errorText ?? '' });
  };
  const onFailed = (request: HTTPRequest) => {
    typeOf.delete(idOf(request));
    noteFailed(request);
  };
  const onConsole = (message: ConsoleMessage) => {
    const level = message.type();
    if (level === 'error') errors += 1;
    if (lines.length < most.console && ['error', 'warn'].includes(level)) lines.push({ level, text: cut(message.text(), most.text) });
  };
  const onPageError = (thrown: unknown) => {
    errors += 1;
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    if (lines.length < most.console) lines.push({ level: 'exception', text: cut(text, most.text) });
  };
  const isMain = (request: HTTPRequest) => request.isNavigationRequest() && request.frame() === page.mainFrame();

  const listeners = [
    ['request', onRequest],
    ['response', onResponse],
    ['requestfailed', onFailed],
    ['console', onConsole],
    ['pageerror', onPageError],
    ['load', onLoad],
  ] as const;
  for (const [event, listener] of listeners) page.on(event, listener as () => void);

  return {
    urls: () => urls,
    consoleErrors: () => errors,
    sightings: () => ({
      final_url: main ? cut(main.url(), most.url) : null,
      status: main?.status() ?? null,
      headers: main?.headers() ?? {},
      redirects,
      tls: tlsOf(main),
      traffic: { ...total, by_type: byType },
      failed,
      console: lines,
    }),
    [Symbol.dispose]: () => {
      for (const [event, listener] of listeners) page.off(event, listener as () => void);
      for (const client of clients) {
        client.off('Network.loadingFinished', onFinished);
        client.off('Page.lifecycleEvent', onLifecycle);
      }
    },
  };
}

/** The driver knows the id that Chrome gave a request, and keeps it out of its types. */
function idOf(request: HTTPRequest): string {
  return (request as unknown as { id: string }).id;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
