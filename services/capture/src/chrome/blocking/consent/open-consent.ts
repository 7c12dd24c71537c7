import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '@shotwire/deadlines';
import type { CDPSession } from 'puppeteer';
import { localFrames, openWorld, pagesWorld, type World } from '../world.ts';
import { type Outcome, readAutoconsent } from './autoconsent.ts';

/** What became of consent dialogs. */
export interface Removal {
  readonly detected: boolean;
  /** What made the dialog go; undefined when none was there, or when none of it helped. */
  readonly by?: 'host' | 'cosmetic' | 'autoconsent' | 'heuristic';
  /** The dialog, where a rule knew it. */
  readonly cmp?: string;
  /** Whether none is to be seen any more: looked at, not supposed. */
  readonly removed: boolean;
}

interface RemovalParts {
  session: CDPSession;
  /** Whether a dialog may yet come; not when what would show it was refused. */
  late: boolean;
  /** Whether the page's scripts run: if not, its buttons do nothing. */
  scripts: boolean;
  signal: AbortSignal;
}

/** Finds consent dialogs of a loaded page and makes them go. */
export interface Consent {
  removeBanner(parts: RemovalParts): Promise<Removal>;
}

/** From the first sight of a dialog until the page is taken as it is. */
const BUDGET_MS = 2_500;
/** How long a page on which something may show a dialog is watched for it. */
const EXPECT_MS = 500;
/** How long a closed dialog may take to fade away. */
const FADE_MS = 600;
const LOOK_MS = 50;
const FRAMES = 5;

/** Makes ready what removes consent dialogs. */
export async function openConsent(): Promise<Consent> {
  const [banner, autoconsent] = await Promise.all([readFile(new URL('banner.page.js', import.meta.url), 'utf8'), readAutoconsent()]);

  const look = (world: World) => world.run<{ seen: number; expected: boolean }>(`${banner}\nshotwireBanner.look()`);
  const stillSeen = async (world: World) => (await look(world)).seen > 0;

  const gone = async (world: World, limitMs: number, signal: AbortSignal): Promise<boolean> => {
    const until = performance.now() + limitMs;
    for (;;) {
      if (!(await stillSeen(world))) return true;
      if (performance.now() > until) return false;
      await sleep(LOOK_MS, undefined, { signal });
    }
  };

  /** The dialog may be a frame's own affair, so the engine runs in each; the first that knows one decides. */
  const optOut = async (session: CDPSession, signal: AbortSignal): Promise<Outcome | undefined> => {
    const frames = await localFrames(session, FRAMES);
    const runs = frames.map(async ({ id, url, isMain }) => {
      const world = await openWorld(session, id);
      const outcome = await autoconsent.run({ world, pagesWorld: isMain ? pagesWorld(session) : undefined, url, isMain, signal });
      if (!outcome) throw new Error('no dialog is known');
      return outcome;
    });
    // A page whose timers do not run would keep it waiting.
    return orAborted(Promise.any(runs), signal).catch(() => undefined);
  };

  return {
    async removeBanner({ session, late, scripts, signal }) {
      const [main] = await localFrames(session, 1);
      if (!main) return { detected: false, removed: false };
      const world = await openWorld(session, main.id);
      let { seen, expected } = await look(world);
      for (const until = performance.now() + EXPECT_MS; seen === 0 && expected && late && performance.now() < until; ) {
        await sleep(LOOK_MS, undefined, { signal });
        ({ seen, expected } = await look(world));
      }
      if (seen === 0) return { detected: false, removed: false };

      using budget = deadline(BUDGET_MS, signal);
      const outcome = scripts ? await optOut(session, budget.signal) : undefined;
      const cmp = outcome && { cmp: outcome.cmp };
      // Refusing may lead to another page, or to this one anew: then it is looked at afresh.
      const after = await openWorld(session, main.id);
      if (outcome?.closed && (await gone(after, FADE_MS, signal))) return { detected: true, by: 'autoconsent', ...cmp, removed: true };
      await after.run(`${banner}\nshotwireBanner.hide()`);
      if (!(await stillSeen(after))) return { detected: true, by: 'heuristic', ...cmp, removed: true };
      return { detected: true, ...cmp, removed: false };
    },
  };
}

function deadline(ms: number, signal: AbortSignal): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  const dispose = () => {
    clearTimeout(timer);
    // Whatever still runs under it is of no use any more.
    controller.abort();
  };
  return { signal: AbortSignal.any([signal, controller.signal]), [Symbol.dispose]: dispose };
}
