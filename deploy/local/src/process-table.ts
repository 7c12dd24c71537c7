import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** A process that cannot be mistaken for a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in whatever unit the system counts; undefined when the system does not say. */
  readonly startedAt: string | undefined;
}

/** The identity of a running process, or undefined when there is none with that id. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  return { pid, startedAt: startedAt(pid) };
}

/** Whether exactly this process still runs. */
export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now !== undefined && now.startedAt === startedAt;
}

/** Ends a process that is not our child: the signal first, SIGKILL when the patience is over. */
export async function endProcess(identity: ProcessIdentity, { signal, patienceMs }: { signal: NodeJS.Signals; patienceMs: number }) {
  for (const [attempt, waitMs] of [[signal, patienceMs] as const, ['SIGKILL', 2_000] as const]) {
    if (!isRunning(identity)) return;
    signalQuietly(identity.pid, attempt);
    const untilMs = performance.now() + waitMs;
    while (isRunning(identity) && performance.now() < untilMs) await pause(20);
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

/** Ids of processes with the text in their command line. None where there is no /proc. */
export function processesNaming(text: string): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc', { withFileTypes: true })
    .filter((entry) => /^\d+$/.test(entry.name))
    .map((entry) => Number(entry.name))
    .filter((pid) => pid !== process.pid && read(`/proc/${pid}/cmdline`).includes(text));
}

function startedAt(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold anything; of what follows, the state is the first and the start the twentieth.
  if (stat) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 2_000 }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
