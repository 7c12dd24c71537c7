import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '@shotwire/deadlines';
import { repeat } from '@shotwire/lanes';
import type { Logger, Metrics } from '@shotwire/telemetry';
import { type Chrome, killGroup } from './launch.ts';
import { memoryMbOf } from './memory.ts';

/** When a browser has served its time. */
export interface Limits {
  captures: number;
  ageMs: number;
  memoryMb: number;
}

interface SupervisorParts {
  browsers: number;
  launch: () => Promise<Chrome>;
  limits: Limits;
  log: Logger;
  metrics: Metrics;
}

/** A browser with what the supervisor knows of it. */
export interface Resident {
  readonly chrome: Chrome;
  /** False once it is lost or to be replaced: nothing new is begun in it. */
  readonly usable: boolean;
}

/** Keeps browsers running. */
export interface Supervisor extends AsyncDisposable {
  /** The usable browser with the fewest guests; waits for one while none is. The guest must leave. */
  enter(signal: AbortSignal): Promise<Resident>;
  /** Counts a capture towards the browser's limit. */
  served(resident: Resident): void;
  /** Ends a stay. */
  leave(resident: Resident): void;
  /** This browser hangs: it is killed, and its guests with it. */
  condemn(resident: Resident): void;
  /** Called with a browser that takes no more guests, so that those who only wait leave. */
  onRetire(retired: (resident: Resident) => void): void;
  /** Whether a browser is running. */
  readonly healthy: boolean;
}

interface Home extends Resident {
  usable: boolean;
  readonly bornAt: number;
  guests: number;
  captures: number;
}

const CHECK_MS = 15_000;
const RELAUNCH_MS = 1_000;

/**
 * A browser's life: running → retiring (no new guests) → closed when the last guest has left. A replacement starts the moment
 * one retires or is lost. Losing browsers is ordinary: harmless pages crash them.
 */
export async function openSupervisor({ browsers, launch, limits, log, metrics }: SupervisorParts): Promise<Supervisor> {
  const homes = new Set<Home>();
  const retirements: ((resident: Resident) => void)[] = [];
  const closings = new Set<Promise<unknown>>();
  let arrivals = Promise.withResolvers<void>();
  let closed = false;
  let settling: Promise<void> | undefined;
  const lost = metrics.counter('capture_browsers_ended_total', 'Browsers that ended, by why.', ['reason']);
  metrics.gauge('capture_browsers', 'Browsers that take captures.', [], (gauge) => gauge.set(usable().length));

  const usable = () => [...homes].filter((home) => home.usable);

  const close = (home: Home) => {
    homes.delete(home);
    const closing = Promise.resolve(home.chrome[Symbol.asyncDispose]())
      .catch((error: unknown) => log.warn({ error }, 'a browser did not close well'))
      .finally(() => closings.delete(closing));
    closings.add(closing);
  };

  const retire = (home: Home, reason: string) => {
    if (!home.usable) return;
    home.usable = false;
    lost.inc({ reason });
    log.info({ reason, captures: home.captures, pid: home.chrome.pid }, 'a browser is replaced');
    for (const retired of retirements) retired(home);
    if (!closed) void settle();
    if (home.guests === 0) close(home);
  };

  const launchMissing = async () => {
    while (!closed && usable().length < browsers) {
      try {
        const chrome = await launch();
        const home: Home = { chrome, usable: true, bornAt: performance.now(), guests: 0, captures: 0 };
        homes.add(home);
        chrome.browser.once('disconnected', () => {
          retire(home, 'lost');
          if (homes.has(home)) close(home);
        });
        arrivals.resolve();
        arrivals = Promise.withResolvers<void>();
      } catch (error) {
        log.error({ error }, 'a browser did not start; trying again');
        await sleep(RELAUNCH_MS);
      }
    }
  };

  const settle = (): Promise<void> => {
    settling ??= launchMissing().finally(() => {
      settling = undefined;
      // One may have been lost in the moment between.
      if (!closed && usable().length < browsers) void settle();
    });
    return settling;
  };

  const check = async () => {
    for (const home of usable()) {
      if (performance.now() - home.bornAt > limits.ageMs) retire(home, 'age');
      else if ((await memoryMbOf(home.chrome.pid)) > limits.memoryMb) retire(home, 'memory');
    }
  };

  await settle();
  const checks = repeat({ everyMs: CHECK_MS, work: check, onTrouble: (error) => log.warn({ error }, 'browsers could not be checked') });

  return {
    async enter(signal) {
      for (;;) {
        const [home] = usable().sort((a, b) => a.guests - b.guests);
        if (home) {
          home.guests += 1;
          return home;
        }
        await orAborted(arrivals.promise, signal);
      }
    },
    served(resident) {
      const home = resident as Home;
      home.captures += 1;
      if (home.captures >= limits.captures) retire(home, 'captures');
    },
    leave(resident) {
      const home = resident as Home;
      home.guests -= 1;
      if (!home.usable && home.guests === 0 && homes.has(home)) close(home);
    },
    condemn(resident) {
      const home = resident as Home;
      retire(home, 'hang');
      killGroup(home.chrome.pid);
    },
    onRetire: (retired) => void retirements.push(retired),
    get healthy() {
      return usable().length > 0;
    },
    [Symbol.asyncDispose]: async () => {
      closed = true;
      await checks[Symbol.asyncDispose]();
      // A browser that is being started must be there to be closed.
      await settling;
      for (const home of homes) {
        home.usable = false;
        close(home);
      }
      await Promise.all(closings);
    },
  };
}
