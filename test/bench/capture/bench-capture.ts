import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { settings as captureSettings } from '../../../services/capture/src/settings.ts';
import { openBareLoop } from '../bare-loop.ts';
import { openHouse } from '../house.ts';
import { describeMachine } from '../machine.ts';
import { bringPages, pages } from '../pages.ts';
import { openSite } from '../site.ts';
import { measureThroughput } from '../throughput.ts';
import { measureDedupe } from './dedupe.ts';
import { measureIdle, measureInteractive } from './latency.ts';
import { measureOverload } from './rates.ts';
import { describeCaptureResults } from './tables.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const plan = quick
  ? { captures: 6, rounds: 1, idle: 3, loads: [1, 2], overload: 6, batch: 20, interactive: 2, limitMs: 300_000 }
  : {
      captures: 2 * pages.length,
      rounds: 5,
      idle: 30,
      loads: [1, 5, 20],
      overload: 192,
      batch: 1_000,
      interactive: 15,
      limitMs: 3_000_000,
    };

const log = (line: string) => console.error(line);
const leaving = new AbortController();
// Every time: a Ctrl-C arrives twice, from the terminal and from make, and the second must not end what cleans up.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort(new Error(`ended by ${name}`)));
const late = setTimeout(() => leaving.abort(new Error(`not done within ${plan.limitMs / 1000} s`)), plan.limitMs);

try {
  const { signal } = leaving;
  // As capture decides it.
  const sandbox = process.getuid?.() !== 0;
  const chrome = { path: process.env[captureSettings.chromePath.env] || (captureSettings.chromePath.fallback ?? ''), sandbox };
  const slots = availableParallelism() + 1;
  const machine = await describeMachine(chrome.path);
  await bringPages({ log, signal });

  await using site = await openSite();
  log('starting Shotwire');
  await using house = await openHouse({ env: process.env, slots, sitePorts: [site.port], log, signal });
  const pageAt = (at: number) => pages[at % pages.length] ?? '/';
  const many = (count: number, urlOf: (at: number) => string) => Array.from({ length: count }, (_, at) => urlOf(at));
  const oneSite = (at: number) => site.url + pageAt(at);
  const manySites = (at: number) => site.onHost(at % pages.length, pageAt(at));

  log('measuring one idle capture after the other');
  const bare = await openBareLoop({ ...chrome, started: 'plainly', signal });
  const idle = await measureIdle({ house, site, bare, captures: plan.idle, signal }).finally(() => bare[Symbol.asyncDispose]());
  const versus = { house, rounds: plan.rounds, slots, chrome, log, signal };
  log('measuring captures per second, all pages of one site');
  const one = await measureThroughput({ ...versus, urls: many(plan.captures, oneSite) });
  log('measuring captures per second, every page of another site');
  const other = await measureThroughput({ ...versus, urls: many(plan.captures, manySites) });
  log('measuring overload');
  const wishes = many(plan.overload, oneSite).map((url) => ({ url }));
  const overload = await measureOverload({ house, wishes, slots, loads: plan.loads, signal });
  log('measuring interactive captures while a batch runs');
  const batch = many(plan.batch, oneSite);
  const interactive = await measureInteractive({ house, url: oneSite(0), batch, captures: plan.interactive, signal });
  log('measuring equal wishes');
  const dedupe = { wishes: 100, ...(await measureDedupe({ house, site, wishes: 100 })) };

  const command = quick ? 'node test/bench/capture/bench-capture.ts --quick' : 'make bench-capture';
  const date = new Date().toISOString().slice(0, 10);
  console.log(describeCaptureResults({ command, date, machine, slots, plan, idle, one, other, overload, interactive, dedupe }));
} catch (thrown) {
  log(`The benchmark broke: ${thrown instanceof Error ? thrown.stack : thrown}`);
  process.exitCode = 1;
} finally {
  clearTimeout(late);
}
