import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Part, partsOf } from '../../services/capture/src/chrome/browser/processes.fixture.ts';
import { settings as captureSettings } from '../../services/capture/src/settings.ts';
import { type Finished, type House, openHouse } from '../bench/house.ts';
import { inParallel } from '../bench/in-parallel.ts';
import { describeMachine } from '../bench/machine.ts';
import { bringPages, pages } from '../bench/pages.ts';
import { type BenchSite, openSite } from '../bench/site.ts';
import { percentile } from '../bench/statistics.ts';
import { table } from '../bench/table.ts';

const captures = Number(process.env.CRASH_CAPTURES) || 2_000;
const everyS = Number(process.env.CRASH_EVERY_S) || 20;
const slots = Number(process.env.CHROME_SLOTS) || 4;
/** For both legs. */
const limitMs = captures * 4_000 + 240_000;

const faults: readonly (readonly [part: Part, signal: NodeJS.Signals])[] = (['SIGKILL', 'SIGSTOP'] as const).flatMap((signal) =>
  (['main', 'renderer', 'gpu-process', 'network', 'zygote'] as const).map((part) => [part, signal] as const),
);

const log = (line: string) => console.error(line);
const leaving = new AbortController();
// Every time: a Ctrl-C arrives twice, from the terminal and from make, and the second must not end what cleans up.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort(new Error(`ended by ${name}`)));
const late = setTimeout(() => leaving.abort(new Error(`not done within ${limitMs / 1000} s`)), limitMs);

interface LegParts {
  site: BenchSite;
  signal: AbortSignal;
  withFaults: boolean;
}

/** Captures all pages through a house of its own; gives a row of the table, and whether all were completed. */
async function leg({ site, signal, withFaults }: LegParts): Promise<{ row: string[]; whole: boolean }> {
  await using house = await openHouse({ env: process.env, slots, sitePorts: [site.port], log, signal });
  const urls = Array.from({ length: captures }, (_, at) => site.url + pages[at % pages.length]);
  const finished: Finished[] = [];
  const work = async (url: string) => {
    finished.push(await house.capture({ url }));
    if (finished.length % 100 === 0) log(`${finished.length} captures`);
  };
  const ended = new AbortController();
  const trouble = withFaults ? inflict(house, AbortSignal.any([signal, ended.signal])) : Promise.resolve(0);
  await inParallel(urls, { width: slots * 2, signal, work });
  ended.abort();
  const hits = await trouble;

  const problems = finished.flatMap(({ problem }) => problem ?? []);
  for (const problem of new Set(problems)) log(`failed: ${problem}`);
  const tried = await inParallel(finished, { width: slots, signal, work: ({ id }) => triesOf(house, id) });
  const waits = finished.map(({ postedMs, toldMs }) => toldMs - performance.timeOrigin - postedMs);
  const ms = (value: number) => value.toFixed(0);
  return {
    whole: problems.length === 0 && finished.length === captures,
    row: [
      withFaults ? `a fault every ${everyS} s: ${hits}` : 'no faults',
      String(captures),
      String(finished.length - problems.length),
      String(tried.reduce((sum, tries) => sum + tries, 0)),
      await browsersEnded(house, signal),
      ms(percentile(waits, 0.5)),
      ms(percentile(waits, 0.95)),
      ms(Math.max(...waits)),
    ],
  };
}

/** Kills and stops parts of the browser, one after the other, until the signal; gives how often. */
async function inflict(house: House, signal: AbortSignal): Promise<number> {
  for (let hits = 0; ; hits += 1) {
    await sleep(everyS * 1_000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return hits;
    const [part, how] = faults[hits % faults.length] ?? ['main', 'SIGKILL'];
    const browser = await newestBrowserOf(house.services.capture.pid);
    const victims = browser === undefined ? [] : (await partsOf(browser)).filter((one) => one.part === part);
    log(`${how} to ${victims.length} × ${part}`);
    for (const { pid } of victims) {
      try {
        process.kill(pid, how);
      } catch {
        // It ended by itself in the moment between.
      }
    }
  }
}

/** A browser leads a process group; of several, the youngest takes captures. */
async function newestBrowserOf(service: number): Promise<number | undefined> {
  const children = (await readFile(`/proc/${service}/task/${service}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);
  return children.at(-1);
}

async function triesOf(house: House, id: string): Promise<number> {
  const { timeline } = (await house.get(`/api/v1/screenshots/${id}/report`)) as { timeline: readonly { event: string }[] };
  return timeline.filter(({ event }) => event === 'tried_again').length;
}

async function browsersEnded(house: House, signal: AbortSignal): Promise<string> {
  const text = await (await fetch(`${house.services.capture.observatoryUrl}/metrics`, { signal })).text();
  const ended = [...text.matchAll(/^capture_browsers_ended_total\{[^}]*reason="(\w+)"[^}]*\} (\d+)/gm)];
  return ended.map(([, reason, count]) => `${reason} ${count}`).join(', ') || 'none';
}

try {
  const { signal } = leaving;
  await bringPages({ log, signal });
  await using site = await openSite();
  const path = process.env[captureSettings.chromePath.env] || (captureSettings.chromePath.fallback ?? '');
  const machine = await describeMachine(path);
  const legs = [await leg({ site, signal, withFaults: false }), await leg({ site, signal, withFaults: true })];
  if (legs.some(({ whole }) => !whole)) process.exitCode = 1;
  console.log(
    [
      `\`make crash-run CRASH_CAPTURES=${captures} CRASH_EVERY_S=${everyS}\`, ${slots} slots, ${new Date().toISOString().slice(0, 10)}`,
      '',
      ...machine.map((fact) => `- ${fact}`),
      '',
      table(
        ['leg', 'captures', 'completed', 'further tries', 'browsers ended', 'p50 ms', 'p95 ms', 'max ms'],
        legs.map(({ row }) => row),
      ),
    ].join('\n'),
  );
} catch (thrown) {
  log(`The crash run broke: ${thrown instanceof Error ? thrown.stack : thrown}`);
  process.exitCode = 1;
} finally {
  clearTimeout(late);
}
