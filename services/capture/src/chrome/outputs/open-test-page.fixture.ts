import { createGuard, createResolver, openDenyAllProxy, openProxy, parseAllowEntry } from '@shotwire/egress';
import type { CDPSession, Page } from 'puppeteer';
import { launch } from '../browser/launch.ts';

/** A page in a context of its own, whose proxy reaches the loopback. */
export interface TestPage extends AsyncDisposable {
  readonly page: Page;
  readonly session: CDPSession;
  /** Hosts that the proxy was asked for. */
  asked(): string[];
}

/** Starts a Chrome; `open` gives pages in it. */
export async function openTestChrome() {
  await using opening = new AsyncDisposableStack();
  const denyAll = opening.use(await openDenyAllProxy());
  const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
  const { browser } = opening.use(await launch({ path, denyAllProxy: denyAll.url, sandbox: process.getuid?.() !== 0 }));
  const allowed = parseAllowEntry('127.0.0.0/8');
  const guard = createGuard({ allow: allowed ? [allowed] : [], resolver: createResolver({ servers: [] }) });

  const open = async (): Promise<TestPage> => {
    const asked: string[] = [];
    const refuse = (host: string) => {
      asked.push(host);
      return undefined;
    };
    const proxy = await openProxy({ guard, refuse });
    const context = await browser.createBrowserContext({ proxyServer: proxy.url, proxyBypassList: ['<-loopback>'] });
    const page = await context.newPage();
    const session = await page.createCDPSession();
    return {
      page,
      session,
      asked: () => asked,
      [Symbol.asyncDispose]: async () => {
        await context.close();
        await proxy[Symbol.asyncDispose]();
      },
    };
  };
  const house = opening.move();
  return { open, [Symbol.asyncDispose]: () => house.disposeAsync() };
}
