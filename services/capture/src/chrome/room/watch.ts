import { Failure } from '@shotwire/failures';
import type { BrowserContext, Page } from 'puppeteer';

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

/** What a page may have beside it that outlives it. Its frames and its own workers go with it. */
const outliving: readonly string[] = ['page', 'shared_worker', 'service_worker'];

/** What a site tells a browser in the answer to a navigation, for all its later visits, and nothing makes it forget. */
const lastingHeaders = ['accept-ch'] as const;

/** What becomes of a page while nobody looks. */
export interface Watch {
  /** Rejects when the page or its browser dies, or misbehaves past what is borne. Never resolves. */
  readonly gone: Promise<never>;
  /** Begins to count anew, for the next capture. */
  restart(): void;
}

interface WatchParts {
  context: BrowserContext;
  page: Page;
  /** Called when the page did what is not undone by leaving and wiping it. */
  onLasting: (what: string) => void;
}

/** Dismisses dialogs, closes popups, notices death, and what no page needs that wants to be seen. */
export function watch({ context, page, onLasting }: WatchParts): Watch {
  const gone = Promise.withResolvers<never>();
  // Nobody may be listening yet, or any more.
  gone.promise.catch(() => undefined);
  const lost = () => gone.reject(new Failure('browser_lost'));
  const closed = () => (context.browser().connected ? gone.reject(new Failure('page_crashed')) : lost());

  let counts: Partial<Record<keyof typeof bounds, number>> = {};
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
  page.on('response', (response) => {
    if (!response.request().isNavigationRequest()) return;
    const told = lastingHeaders.find((name) => name in response.headers());
    if (told) onLasting(told);
  });
  page.on('framenavigated', () => count('navigations'));
  page.on('workercreated', () => {
    count('workers');
    // What it asks for may come from the cache, which is bypassed for the page alone.
    onLasting('worker');
  });
  page.on('error', () => gone.reject(new Failure('page_crashed')));
  page.on('close', closed);
  context.on('targetcreated', (target) => {
    if (target === page.target()) return;
    if (outliving.includes(target.type())) onLasting(target.type());
    if (target.type() !== 'page') return;
    count('windows');
    closePopup(target.page());
  });
  context.browser().once('disconnected', lost);
  page.once('close', () => context.browser().off('disconnected', lost));
  return {
    gone: gone.promise,
    restart() {
      counts = {};
    },
  };
}

function closePopup(opened: Promise<Page | null>): void {
  opened.then((popup) => popup?.close()).catch(() => undefined);
}
