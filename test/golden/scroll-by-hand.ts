import { type Chrome, launch } from '../../services/capture/src/chrome/browser/launch.ts';
import { crop, decode, type Pixels, stack } from './pixels.ts';

/** A person before a browser's window. */
export interface Person extends AsyncDisposable {
  /**
   * Goes to a page, reads it to its end, and puts what the window showed on the way together: bars that stick to the top of the
   * window are seen at the page's top only, those that stick to its bottom at the page's end only.
   */
  scroll(url: string, window: Window): Promise<Pixels>;
  /** Goes to a page, waits until it has come to rest, and takes what the window shows. */
  look(url: string, window: Window): Promise<Pixels>;
}

interface Window {
  readonly width: number;
  readonly height: number;
}

type Page = Awaited<ReturnType<Chrome['browser']['newPage']>>;

const NOWHERE = 'http://127.0.0.1:1';

/** For one page; a browser that has not shown it by then hangs. */
const PATIENCE_MS = 20_000;
const MOST_TRIES = 3;

/**
 * Opens a browser with the switches of the service, and without anything else of it: what is taken by it is what the service's pictures
 * are held against.
 */
export async function openPerson(): Promise<Person> {
  const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
  const start = () => launch({ path, sandbox: process.getuid?.() !== 0, denyAllProxy: NOWHERE });
  let chrome = await start();

  const visit = async <T>(url: string, window: Window, see: (page: Page) => Promise<T>): Promise<T> => {
    // Nothing but this machine: what a page wants from elsewhere fails at once.
    const context = await chrome.browser.createBrowserContext({ proxyServer: NOWHERE, proxyBypassList: ['127.0.0.1'] });
    const page = await context.newPage();
    page.on('dialog', (dialog) => void dialog.dismiss());
    await page.setViewport(window);
    await page.goto(url, { waitUntil: 'networkidle0', timeout: PATIENCE_MS });
    const seen = await see(page);
    await context.close();
    return seen;
  };

  const insist = async <T>(url: string, window: Window, see: (page: Page) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new Error(`${url} was not seen within ${PATIENCE_MS} ms`)), PATIENCE_MS);
      const visiting = visit(url, window, see);
      try {
        return await Promise.race([visiting, late.promise]);
      } catch (thrown) {
        visiting.catch(() => undefined);
        if (tries === MOST_TRIES) throw thrown;
        await chrome[Symbol.asyncDispose]();
        chrome = await start();
      } finally {
        clearTimeout(timer);
      }
    }
  };

  return {
    scroll: (url, window) =>
      insist(url, window, async (page) => {
        await readThrough(page);
        await comeToRest(page);
        return putTogether(page, window);
      }),
    look: (url, window) =>
      insist(url, window, async (page) => {
        await comeToRest(page);
        return takeWindow(page);
      }),
    [Symbol.asyncDispose]: () => chrome[Symbol.asyncDispose](),
  };
}

/** Scrolls to the end by half a window at a time, and back to the top. */
async function readThrough(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let y = 0; y < document.documentElement.scrollHeight && y < 60000; y += innerHeight / 2) {
      scrollTo({ top: y, behavior: 'instant' });
      for (let frames = 0; frames < 6; frames += 1) await frame();
    }
    scrollTo({ top: 0, behavior: 'instant' });
  })()`);
  await page.waitForNetworkIdle({ idleTime: 300, timeout: PATIENCE_MS });
}

/** Waits until the window has shown the same for a while: charts and counters move by timers, some of them slow. */
async function comeToRest(page: Page): Promise<void> {
  let [last, equal] = ['', 0];
  while (equal < 3) {
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 120))');
    const now = await page.screenshot({ captureBeyondViewport: false, encoding: 'base64' });
    equal = now === last ? equal + 1 : 0;
    last = now;
  }
}

async function putTogether(page: Page, { width, height }: Window): Promise<Pixels> {
  const pageHeight = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const windows: Pixels[] = [];
  await page.evaluate(rememberBars);
  for (let y = 0; y < pageHeight; y += height) {
    const last = y + height >= pageHeight;
    await page.evaluate(`scrollTo({ top: ${y}, behavior: 'instant' }); showBars(${y === 0}, ${last})`);
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    const skipped = y - Number(await page.evaluate('scrollY'));
    windows.push(crop(await takeWindow(page), { x: 0, y: skipped, width, height: height - skipped }));
  }
  return stack(windows);
}

/** What is fixed is kept to the window it belongs to; what is sticky stays where the page has it. */
const rememberBars = `(() => {
  const all = [...document.querySelectorAll('body *')];
  const bars = (position) => all.filter((element) => getComputedStyle(element).position === position);
  for (const bar of bars('sticky')) {
    bar.style.setProperty('position', 'relative', 'important');
    bar.style.setProperty('inset', 'auto', 'important');
  }
  const fixed = bars('fixed').map((bar) => ({ bar, atTop: bar.getBoundingClientRect().top < innerHeight / 2 }));
  window.showBars = (first, last) => {
    for (const { bar, atTop } of fixed) {
      if (atTop ? first : last) bar.style.removeProperty('visibility');
      else bar.style.setProperty('visibility', 'hidden', 'important');
    }
  };
})()`;

async function takeWindow(page: Page): Promise<Pixels> {
  return decode(Buffer.from(await page.screenshot({ captureBeyondViewport: false })));
}
