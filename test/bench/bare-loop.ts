import puppeteer, { type Browser } from 'puppeteer';
import { launch } from '../../services/capture/src/chrome/browser/launch.ts';

/** What a person would write with puppeteer and nothing else. */
export interface BareLoop extends AsyncDisposable {
  /** Takes a PNG of a page as it stands at its load event. Throws when Chrome fails, or has not done it within 30 s. */
  capture(url: string): Promise<Buffer>;
}

const CAPTURE_MS = 30_000;
const CLOSE_MS = 3_000;

interface BareParts {
  /** The browser's program. */
  path: string;
  sandbox: boolean;
  /** How Chrome is started: as puppeteer does it by itself, or with the switches of the product, only that there is no proxy. */
  started: 'plainly' | 'as_shotwire';
  signal: AbortSignal;
}

/** Starts a Chrome for it. */
export async function openBareLoop({ path, sandbox, started, signal }: BareParts): Promise<BareLoop> {
  const chrome =
    started === 'plainly' ? await launchPlainly({ path, sandbox }) : await launch({ path, sandbox, denyAllProxy: 'direct://' });

  const shoot = async (url: string): Promise<Buffer> => {
    const context = await chrome.browser.createBrowserContext();
    const page = await context.newPage();
    // A page that waits for an answer to its alert is never captured.
    page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
    await page.setViewport({ width: 1280, height: 800 });
    await page.goto(url, { waitUntil: 'load' });
    const session = await page.createCDPSession();
    const { data } = await session.send('Page.captureScreenshot', { format: 'png' });
    await context.close();
    return Buffer.from(data, 'base64');
  };

  return {
    async capture(url) {
      const late = Promise.withResolvers<never>();
      const giveUp = () => late.reject(signal.reason ?? new Error(`${url} was not captured within ${CAPTURE_MS} ms`));
      const timer = setTimeout(giveUp, CAPTURE_MS);
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        return await Promise.race([shoot(url), late.promise]);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      }
    },
    [Symbol.asyncDispose]: () => chrome[Symbol.asyncDispose](),
  };
}

/** Starts a Chrome as puppeteer does by itself; only that root needs it without its sandbox. */
async function launchPlainly({ path, sandbox }: Pick<BareParts, 'path' | 'sandbox'>): Promise<AsyncDisposable & { browser: Browser }> {
  const browser = await puppeteer.launch({
    executablePath: path,
    headless: 'shell',
    pipe: true,
    args: sandbox ? [] : ['--no-sandbox'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  return {
    browser,
    async [Symbol.asyncDispose]() {
      // A hung browser does not answer to close.
      const kill = setTimeout(() => browser.process()?.kill('SIGKILL'), CLOSE_MS);
      await browser.close().catch(() => undefined);
      clearTimeout(kill);
    },
  };
}
