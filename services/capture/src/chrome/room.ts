import { type EgressProxy, type Guard, openProxy } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import type { BrowserContext, CDPSession, Page } from 'puppeteer';
import type { Resident, Supervisor } from './supervisor.ts';

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

/** A page that opens more dialogs or windows than this is not waiting for an answer. */
const MAX_DIALOGS = 20;
const MAX_POPUPS = 50;
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

/** Dismisses dialogs, closes popups, and notices death. */
function watch(context: BrowserContext, page: Page): Promise<never> {
  const gone = Promise.withResolvers<never>();
  // Nobody may be listening yet, or any more.
  gone.promise.catch(() => undefined);
  const lost = () => gone.reject(new Failure('browser_lost'));
  let dialogs = 0;
  let popups = 0;

  page.on('dialog', (dialog) => {
    dialogs += 1;
    if (dialogs > MAX_DIALOGS) gone.reject(new Failure('timeout', { says: 'The page kept opening dialogs.' }));
    else dialog.dismiss().catch(() => undefined);
  });
  page.on('error', () => gone.reject(new Failure('page_crashed')));
  page.on('close', lost);
  context.on('targetcreated', (target) => {
    if (target.type() !== 'page' || target === page.target()) return;
    popups += 1;
    if (popups > MAX_POPUPS) gone.reject(new Failure('timeout', { says: 'The page kept opening windows.' }));
    else closePopup(target.page());
  });
  context.browser().once('disconnected', lost);
  page.once('close', () => context.browser().off('disconnected', lost));
  return gone.promise;
}

function closePopup(opened: Promise<Page | null>): void {
  opened.then((popup) => popup?.close()).catch(() => undefined);
}
