import { orAborted } from '@shotwire/deadlines';
import type { Browser } from 'puppeteer';
import { lives, standingProcessesOf } from './processes.ts';

/** How a browser is, asked without a tab. */
export interface Health {
  /**
   * Whether every process that it started with lives: main, network, picture and those that renderers are made from. Chrome starts
   * some of them again, but what was being fetched or drawn is gone, and pages load on without it.
   */
  whole(): Promise<boolean>;
  /** Whether its main and its network process answer in time. */
  answers(): Promise<boolean>;
  /** How many contexts it has, by its own count, beside the one that it begins with. */
  contexts(): Promise<number>;
}

const ANSWER_MS = 10_000;

/** Waits until the browser has answered once, so that all its processes are there. */
export async function openHealth({ browser, pid, signal }: { browser: Browser; pid: number; signal: AbortSignal }): Promise<Health> {
  const session = await orAborted(browser.target().createCDPSession(), signal);
  // The network process keeps the cookies. The default context has none, nor any page.
  const ask = () => Promise.all([session.send('Browser.getVersion'), session.send('Storage.getCookies')]);
  await orAborted(ask(), signal);
  const born = await standingProcessesOf(pid);
  return {
    whole: async () => (await Promise.all(born.map(lives))).every(Boolean),
    answers: () =>
      orAborted(ask(), AbortSignal.timeout(ANSWER_MS)).then(
        () => true,
        () => false,
      ),
    contexts: async () => (await session.send('Target.getBrowserContexts')).browserContextIds.length,
  };
}
