import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { CannotStart } from './cannot-start.ts';
import { type LineReader, openLogFile } from './log-file.ts';
import { signalQuietly } from './process-table.ts';
import type { State } from './state.ts';

/** How one child is started, recognised as ready, and ended. */
export interface ChildPlan {
  readonly name: string;
  /** What must be so before each start. */
  prepare?(): Promise<void>;
  /**
   * Starts it, detached: a Ctrl-C at the terminal goes to the whole group of the foreground, and the order of leaving is ours.
   * Called again each time it has ended by itself.
   */
  spawn(): ChildProcess;
  /** Whether it can do its work now. Rejecting counts as no. */
  isReady(pid: number, signal: AbortSignal): Promise<boolean>;
  readonly readLine: LineReader;
  /** The signal that ends it in good order, and how long that may take. */
  readonly endSignal: NodeJS.Signals;
  readonly patienceMs: number;
}

/** A child that is started again whenever it ends. */
export interface Kept extends AsyncDisposable {
  readonly name: string;
  /** The id of the process that runs now, or ran last. */
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
}

interface KeepParts {
  plan: ChildPlan;
  state: State;
  /** Takes lines for the person at the terminal. */
  log: (line: string) => void;
  /** Ends the wait for readiness. */
  signal: AbortSignal;
  /** Ends all patience: what still runs is killed. */
  force: AbortSignal;
}

const FIRST_BACKOFF_MS = 250;
const LAST_BACKOFF_MS = 5_000;
const STEADY_MS = 10_000;
const READY_MS = 120_000;
const TRIES_TO_START = 3;

/**
 * Starts a child, waits until it is ready, and from then on starts it again after 250 ms to 5 s whenever it ends.
 * Throws CannotStart with its last words when it ends three times, or two minutes pass, before it was ever ready.
 */
export async function keepRunning({ plan, state, log, signal, force }: KeepParts): Promise<Kept> {
  const write = openLogFile(state.path('logs', `${plan.name}.log`));
  const leaving = new AbortController();
  const lastWords: string[] = [];
  let child: ChildProcess | undefined;
  let wasReady = false;
  let deaths = 0;

  const listen = (text: string) => {
    const { level, message, json } = plan.readLine(text);
    write(json);
    if (level !== 'warn' && level !== 'error') return;
    if (message === lastWords.at(-1)) return;
    lastWords.push(message);
    if (lastWords.length > 5) lastWords.shift();
    // What a child says while it starts or ends is told only when that fails.
    if (wasReady && !leaving.signal.aborted) log(`${plan.name}: ${message}`);
  };

  const runOnce = async (): Promise<string> => {
    try {
      await plan.prepare?.();
      if (leaving.signal.aborted) return 'was not started';
      child = plan.spawn();
      for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', listen);
      const ended = once(child, 'exit');
      if (child.pid !== undefined) state.remember(plan.name, child.pid);
      const [code, endedBy] = await ended;
      return endedBy ? `was ended by ${endedBy}` : `ended with code ${code}`;
    } catch (thrown) {
      lastWords.push(String(thrown));
      return `did not start (${thrown})`;
    } finally {
      state.forget(plan.name);
    }
  };

  const life = (async () => {
    let backoffMs = FIRST_BACKOFF_MS;
    while (!leaving.signal.aborted) {
      const bornMs = performance.now();
      const end = await runOnce();
      if (leaving.signal.aborted) return;
      deaths += 1;
      if (performance.now() - bornMs > STEADY_MS) backoffMs = FIRST_BACKOFF_MS;
      if (wasReady) log(`${plan.name}: ${end}; it is started again in ${backoffMs} ms.`);
      await pause(backoffMs, undefined, { signal: leaving.signal }).catch(() => undefined);
      backoffMs = Math.min(backoffMs * 2, LAST_BACKOFF_MS);
    }
  })();

  const runs = () => child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const kept: Kept = {
    name: plan.name,
    get pid() {
      return child?.pid ?? 0;
    },
    kill: (with_) => {
      if (runs()) signalQuietly(kept.pid, with_);
    },
    [Symbol.asyncDispose]: async () => {
      leaving.abort();
      kept.kill(plan.endSignal);
      // A channel on which nothing will be said any more would keep a service alive.
      if (child?.connected) child.disconnect();
      const impatience = AbortSignal.any([force, AbortSignal.timeout(plan.patienceMs)]);
      const kill = () => kept.kill('SIGKILL');
      if (impatience.aborted) kill();
      impatience.addEventListener('abort', kill, { once: true });
      await life;
      impatience.removeEventListener('abort', kill);
    },
  };

  try {
    const startMs = performance.now();
    while (!(runs() && (await plan.isReady(kept.pid, AbortSignal.timeout(2_000)).catch(() => false)))) {
      signal.throwIfAborted();
      if (deaths >= TRIES_TO_START || performance.now() - startMs > READY_MS) throw new CannotStart(complaint(plan.name, lastWords, state));
      await pause(25, undefined, { signal });
    }
    wasReady = true;
    return kept;
  } catch (thrown) {
    await kept[Symbol.asyncDispose]();
    throw thrown;
  }
}

function complaint(name: string, lastWords: readonly string[], state: State): string {
  return [`${name} does not become ready; all it said is in ${state.path('logs', `${name}.log`)}.`, ...lastWords].join('\n  ');
}
