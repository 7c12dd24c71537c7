import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { settings as captureSettings } from '../../services/capture/src/settings.ts';
import { openHouse } from './house.ts';
import { describeMachine } from './machine.ts';
import { measureMemory } from './memory.ts';
import { bringPages, pages } from './pages.ts';
import { openSite } from './site.ts';
import { describeResults } from './table.ts';
import { measureThroughput } from './throughput.ts';
import { measureWaits } from './waits.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const plan = quick
  ? { captures: 6, rounds: 1, waits: 3, requests: 30, limitMs: 300_000 }
  : { captures: 2 * pages.length, rounds: 4, waits: 30, requests: 1_000, limitMs: 1_800_000 };

const log = (line: string) => console.error(line);
const leaving = new AbortController();
// Every time: a Ctrl-C arrives twice, from the terminal and from make, and the second must not end what cleans up.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort(new Error(`ended by ${name}`)));
const late = setTimeout(() => leaving.abort(new Error(`not done within ${plan.limitMs / 1000} s`)), plan.limitMs);

try {
  const { signal } = leaving;
  const chrome = {
    path: process.env[captureSettings.chromePath.env] || (captureSettings.chromePath.fallback ?? ''),
    // As capture decides it.
    sandbox: process.getuid?.() !== 0,
  };
  const slots = availableParallelism() + 1;
  const machine = await describeMachine(chrome.path);
  await bringPages({ log, signal });

  await using site = await openSite();
  log('starting Shotwire');
  await using house = await openHouse({ env: process.env, slots, sitePorts: [site.port], log, signal });
  const urls = Array.from({ length: plan.captures }, (_, at) => `${site.url}${pages[at % pages.length]}`);

  log('measuring the waits of an idle system');
  const waits = await measureWaits({ house, site, captures: plan.waits, signal });
  log('measuring captures per second');
  const rounds = await measureThroughput({ house, urls, rounds: plan.rounds, slots, chrome, log, signal });
  log('measuring memory');
  const memory = await measureMemory({ house, site, requests: plan.requests, signal });
  if (site.missing.size > 0) log(`not there, for either side: ${[...site.missing].join(', ')}`);

  const command = quick ? 'node test/bench/bench.ts --quick' : 'make bench';
  const date = new Date().toISOString().slice(0, 10);
  console.log(describeResults({ command, date, machine, slots, rounds, waits, memory, captures: plan.captures, requests: plan.requests }));
} catch (thrown) {
  log(`The benchmark broke: ${thrown instanceof Error ? thrown.stack : thrown}`);
  process.exitCode = 1;
} finally {
  clearTimeout(late);
}
