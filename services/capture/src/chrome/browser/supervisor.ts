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
  launch: (signal: AbortSignal) => Promise<Chrome>;
  limits: Limits;
  log: Logger;
  metrics: Metrics;
}

/** A browser with what the supervisor knows of it. */
export interface Resident {
  readonly chrome: Chrome;
  /** False once it is lost or to be replaced: nothing new is begun in it. */
  readonly usable: boolean;
  /** Started for one guest alone. */
  readonly alone: boolean;
}

/** Keeps browsers running. */
export interface Supervisor extends AsyncDisposable {
  /** The usable browser with the fewest guests; waits for one while none is. The guest must leave. */
  enter(signal: AbortSignal): Promise<Resident>;
  /** A browser started for this guest and closed when it leaves. Rejects when none starts. */
  enterAlone(signal: AbortSignal): Promise<Resident>;
  /** Counts a capture towards the browser's limit. */
  served(resident: Resident): void;
  /** Ends a stay. */
  leave(resident: Resident): void;
  /** Nothing is to be hoped from this browser: it is killed, and its guests with it. */
  condemn(resident: Resident, reason: 'hang' | 'broken'): void;
  /** A capture in it got no answer. When it is the second in a row, or the browser itself does not answer either, it is condemned. */
  hung(resident: Resident): void;
  /** A capture in it ended well. */
  answered(resident: Resident): void;
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
  /** Captures that got no answer since the last that ended well. */
  hangs: number;
}

const CHECK_MS = 15_000;
const PROBE_MS = 2_000;
const RELAUNCH_MS = 1_000;

/**
 * A browser's life: running → retiring (no new guests) → closed when the last guest has left. A replacement starts the moment
 * one retires or is lost. Losing browsers is ordinary: harmless pages crash them.
 */
export async function openSupervisor({ browsers, launch, limits, log, metrics }: SupervisorParts): Promise<Supervisor> {
  const homes = new Set<Home>();
  const retirements: ((resident: Resident) => void)[] = [];
  const leaving = new Set<Promise<unknown>>();
  let arrivals = Promise.withResolvers<void>();
  const closing = new AbortController();
  let settling: Promise<void> | undefined;
  const lost = metrics.counter('capture_browsers_ended_total', 'Browsers that ended, by why.', ['reason']);
  metrics.gauge('capture_browsers', 'Browsers that take captures.', [], (gauge) => gauge.set(usable().length));

  metrics.gauge('capture_contexts', 'Browser contexts that there are: rooms, and whatever was left behind.', [], async (gauge) => {
    const counts = await Promise.all([...homes].map(({ chrome }) => chrome.health.contexts()));
    gauge.set(counts.reduce((sum, count) => sum + count, 0));
  });

  const usable = () => [...homes].filter((home) => home.usable);

  const close = (home: Home) => {
    homes.delete(home);
    const left = Promise.resolve(home.chrome[Symbol.asyncDispose]())
      .catch((error: unknown) => log.warn({ error }, 'a browser did not close well'))
      .finally(() => leaving.delete(left));
    leaving.add(left);
  };

  const retire = (home: Home, reason: string) => {
    if (!home.usable) return;
    home.usable = false;
    lost.inc({ reason });
    log.info({ reason, captures: home.captures, pid: home.chrome.pid }, 'a browser is replaced');
    for (const retired of retirements) retired(home);
    if (!closing.signal.aborted) void settle();
    if (home.guests === 0) close(home);
  };

  const moveIn = (home: Home) => {
    homes.add(home);
    home.chrome.browser.once('disconnected', () => {
      retire(home, 'lost');
      if (homes.has(home)) close(home);
    });
  };

  const condemn = (home: Home, reason: 'hang' | 'broken') => {
    retire(home, reason);
    killGroup(home.chrome.pid);
  };

  /** Ends a browser that fell apart or does not answer: its captures would wait out all their time. */
  const probe = async (home: Home) => {
    if (!(await home.chrome.health.whole())) condemn(home, 'broken');
    else if (!(await home.chrome.health.answers())) condemn(home, 'hang');
  };

  const launchMissing = async () => {
    while (!closing.signal.aborted && usable().length < browsers) {
      try {
        const chrome = await launch(closing.signal);
        moveIn({ chrome, usable: true, alone: false, bornAt: performance.now(), guests: 0, captures: 0, hangs: 0 });
        arrivals.resolve();
        arrivals = Promise.withResolvers<void>();
      } catch (error) {
        if (closing.signal.aborted) return;
        log.error({ error }, 'a browser did not start; trying again');
        await sleep(RELAUNCH_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };

  const settle = (): Promise<void> => {
    settling ??= launchMissing().finally(() => {
      settling = undefined;
      // One may have been lost in the moment between.
      if (!closing.signal.aborted && usable().length < browsers) void settle();
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
  const onTrouble = (error: unknown) => log.warn({ error }, 'browsers could not be checked');
  const checks = repeat({ everyMs: CHECK_MS, work: check, onTrouble });
  const probes = repeat({ everyMs: PROBE_MS, work: () => Promise.all([...homes].map(probe)), onTrouble });

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
    async enterAlone(signal) {
      const chrome = await launch(AbortSignal.any([signal, closing.signal]));
      const home: Home = { chrome, usable: false, alone: true, bornAt: performance.now(), guests: 1, captures: 0, hangs: 0 };
      lost.inc({ reason: 'alone' });
      moveIn(home);
      return home;
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
    condemn: (resident, reason) => condemn(resident as Home, reason),
    hung(resident) {
      const home = resident as Home;
      home.hangs += 1;
      if (home.hangs > 1) condemn(home, 'hang');
      else probe(home).catch(onTrouble);
    },
    answered(resident) {
      (resident as Home).hangs = 0;
    },
    onRetire: (retired) => void retirements.push(retired),
    get healthy() {
      return usable().length > 0;
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await Promise.all([checks[Symbol.asyncDispose](), probes[Symbol.asyncDispose]()]);
      // A browser that is being started must be there to be closed.
      await settling;
      for (const home of homes) {
        home.usable = false;
        close(home);
      }
      await Promise.all(leaving);
    },
  };
}
