import { type EgressProxy, type Guard, openProxy } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import type { BrowserContext, CDPSession, Page } from 'puppeteer';
import type { Resident, Supervisor } from '../browser/supervisor.ts';

/** Names a reason to refuse a host to this capture, or undefined. */
export type HostFilter = (host: string) => string | undefined;

/** A browser context of one capture's own: one page, one proxy, nothing shared with any other capture. */
export interface Room extends AsyncDisposable {
  readonly resident: Resident;
  readonly page: Page;
  readonly session: CDPSession;
  readonly proxy: EgressProxy;
  /** Rejects when the page or its browser dies, or misbehaves past what is borne. Never resolves. */
  readonly gone: Promise<never>;
  /** Hands the room to a capture, with the hosts that it refuses. */
  occupy(filter: HostFilter): void;
}

interface RoomParts {
  supervisor: Supervisor;
  guard: Guard;
  signal: AbortSignal;
}

/**
 * How much of what one page may do. All pages of a browser share its main process and the pipe to us: one that floods them
 * stops its neighbours, so it is ended long before its time.
 */
const bounds = {
  dialogs: { most: 20, says: 'The page kept opening dialogs.' },
  windows: { most: 50, says: 'The page kept opening windows.' },
  workers: { most: 100, says: 'The page kept starting workers.' },
  navigations: { most: 500, says: 'The page kept navigating.' },
  messages: { most: 1_000, says: 'The page kept writing to its console.' },
  requests: { most: 3_000, says: 'The page kept sending requests.' },
} as const;

const CLOSE_MS = 3_000;

/** Opens a room in a browser. Rejects with `browser_lost` when the browser goes away meanwhile. */
export async function openRoom({ supervisor, guard, signal }: RoomParts): Promise<Room> {
  const resident = await supervisor.enter(signal);
  const { browser } = resident.chrome;
  let filter: HostFilter | undefined;
  const proxy = await openProxy({ guard, refuse: (host) => filter?.(host) });
  let context: BrowserContext | undefined;

  const close = async () => {
    await proxy[Symbol.asyncDispose]();
    // page.close() hangs on a page that never yields; closing its context ends the renderer at once.
    if (context && browser.connected && !(await closesInTime(context))) supervisor.condemn(resident);
    supervisor.leave(resident, filter !== undefined);
  };

  try {
    context = await browser.createBrowserContext({
      proxyServer: proxy.url,
      proxyBypassList: ['<-loopback>'],
      downloadBehavior: { policy: 'deny' },
    });
    const page = await context.newPage();
    const session = await page.createCDPSession();
    const occupy = (wanted: HostFilter) => {
      filter = wanted;
    };
    return { resident, page, session, proxy, gone: watch(context, page), occupy, [Symbol.asyncDispose]: close };
  } catch (cause) {
    await close();
    throw new Failure('browser_lost', { cause });
  }
}

/** Closes a context; false when the browser does not answer. One that went away meanwhile left nothing to close. */
async function closesInTime(context: BrowserContext): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), CLOSE_MS);
  const closed = context.close().then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([closed, late.promise]);
  clearTimeout(timer);
  return inTime;
}

/** Dismisses dialogs, closes popups, notices death, and what no page needs that wants to be seen. */
function watch(context: BrowserContext, page: Page): Promise<never> {
  const gone = Promise.withResolvers<never>();
  // Nobody may be listening yet, or any more.
  gone.promise.catch(() => undefined);
  const lost = () => gone.reject(new Failure('browser_lost'));

  const counts: Partial<Record<keyof typeof bounds, number>> = {};
  const count = (what: keyof typeof bounds) => {
    counts[what] = (counts[what] ?? 0) + 1;
    const { most, says } = bounds[what];
    if (counts[what] > most) gone.reject(new Failure('page_overload', { says }));
  };

  page.on('dialog', (dialog) => {
    count('dialogs');
    dialog.dismiss().catch(() => undefined);
  });
  page.on('console', () => count('messages'));
  page.on('request', () => count('requests'));
  page.on('framenavigated', () => count('navigations'));
  page.on('workercreated', () => count('workers'));
  page.on('error', () => gone.reject(new Failure('page_crashed')));
  page.on('close', lost);
  context.on('targetcreated', (target) => {
    if (target.type() !== 'page' || target === page.target()) return;
    count('windows');
    closePopup(target.page());
  });
  context.browser().once('disconnected', lost);
  page.once('close', () => context.browser().off('disconnected', lost));
  return gone.promise;
}

function closePopup(opened: Promise<Page | null>): void {
  opened.then((popup) => popup?.close()).catch(() => undefined);
}
