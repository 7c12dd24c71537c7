import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deadline, orAborted } from '@shotwire/deadlines';
import puppeteer, { type Browser } from 'puppeteer';
import { desktopUserAgent, flags } from './flags.ts';
import { makeFolder } from './folders.ts';
import { type Health, openHealth } from './health.ts';

const START_MS = 30_000;
const CLOSE_MS = 3_000;

/** One running Chrome. */
export interface Chrome extends AsyncDisposable {
  readonly browser: Browser;
  readonly pid: number;
  /** Its name and version. */
  readonly version: string;
  readonly health: Health;
  /** The version's first number. */
  readonly major: string;
}

interface LaunchParts {
  path: string;
  denyAllProxy: string;
  sandbox: boolean;
  /** Ends a start that is no longer wanted. */
  signal?: AbortSignal;
  /** How long a start may take. */
  startMs?: number;
}

/** The first number of the version that a Chrome binary reports. */
async function chromeMajor(path: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { signal, killSignal: 'SIGKILL', env: {} });
  const major = /(\d+)\.\d+\.\d+/.exec(stdout)?.[1];
  if (!major) throw new Error(`${path} is no Chrome: --version says ${JSON.stringify(stdout)}`);
  return major;
}

/** Starts a Chrome in a profile folder of its own, over a pipe, and with none of the service's environment. */
export async function launch({
  path,
  denyAllProxy,
  sandbox,
  signal: unwanted = new AbortController().signal,
  startMs = START_MS,
}: LaunchParts): Promise<Chrome> {
  using start = deadline(startMs, new Error('Chrome did not start in time'), unwanted);
  const { signal } = start;
  const major = await chromeMajor(path, signal);
  const profile = await makeFolder();
  const overdue = new AbortController();
  const limit = setTimeout(() => overdue.abort(), startMs);
  const starting = puppeteer.launch({
    executablePath: path,
    headless: 'shell',
    pipe: true,
    userDataDir: profile,
    // Chrome is a stranger in the house: no secret of the service reaches it. Fontconfig needs a home for its cache, and what it leaves lying goes with the profile.
    env: { HOME: profile, TMPDIR: profile },
    // Puppeteer takes this protection away; without it one page that floods the browser with navigations stops all others.
    ignoreDefaultArgs: ['--disable-ipc-flooding-protection', '--disable-popup-blocking'],
    args: flags({ denyAllProxy, sandbox, userAgent: desktopUserAgent(major) }),
    defaultViewport: { width: 1280, height: 800 },
    timeout: startMs,
    // That limit is of the wait for a first page only: a Chrome that starts and then says nothing is killed by this.
    signal: overdue.signal,
    protocolTimeout: 180_000,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  // A signal that aborts later ends a browser that works.
  starting.catch(() => undefined).finally(() => clearTimeout(limit));
  try {
    const browser = await orAborted(starting, signal);
    const version = await orAborted(browser.version(), signal);
    const pid = browser.process()?.pid ?? 0;
    const health = await openHealth({ browser, pid, signal });
    return { browser, pid, version, major, health, [Symbol.asyncDispose]: () => close(browser, profile) };
  } catch (thrown) {
    // Puppeteer that is told to stop in the middle of a start may never settle: one that is not wanted any more is closed when it has come.
    void orAborted(starting, AbortSignal.timeout(2 * startMs)).then(
      (browser) => close(browser, profile),
      () => remove(profile),
    );
    throw thrown;
  }
}

async function close(browser: Browser, profile: string): Promise<void> {
  const chromeProcess = browser.process();
  const pid = chromeProcess?.pid ?? 0;
  const exited = new Promise<void>((resolve) => {
    if (!chromeProcess || chromeProcess.exitCode !== null || chromeProcess.signalCode !== null) resolve();
    else chromeProcess.once('exit', () => resolve());
  });
  // A hung browser does not answer to close, and one that was stopped not even to SIGTERM.
  const kill = setTimeout(() => killGroup(pid), CLOSE_MS);
  await Promise.race([browser.close().catch(() => killGroup(pid)), exited]);
  await exited;
  clearTimeout(kill);
  // A child that was stopped, or hangs, does not end with its browser.
  killGroup(pid);
  await remove(profile);
}

/** Children of a browser may still be writing while they end. */
function remove(profile: string): Promise<void> {
  return rm(profile, { recursive: true, force: true, maxRetries: 10 });
}

/** Ends a browser and its children: puppeteer starts it as the leader of a process group. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
