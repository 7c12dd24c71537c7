import { parseArgs } from 'node:util';
import { describeProcessors } from '../machine.ts';
import { startBare } from './bare.ts';
import { measureBatches } from './batches.ts';
import { measureRound, measureWaits, type Round } from './creates.ts';
import { describeApiResults } from './describe.ts';
import { keepImage, measureDownloads } from './downloads.ts';
import { openHall } from './hall.ts';
import { measureListeners } from './listeners.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const plan = quick
  ? { rounds: 1, creates: 1_000, perSecond: 300, seconds: 3, rows: 10_000, batches: 2, downloads: 200, listeners: 2_000, limitMs: 300_000 }
  : {
      rounds: 5,
      creates: 10_000,
      perSecond: 300,
      seconds: 30,
      rows: 10_000,
      batches: 6,
      downloads: 3_000,
      listeners: 2_000,
      limitMs: 1_800_000,
    };

const log = (line: string) => console.error(line);
const leaving = new AbortController();
// Every time: a Ctrl-C arrives twice, from the terminal and from make, and the second must not end what cleans up.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort(new Error(`ended by ${name}`)));
const late = setTimeout(() => leaving.abort(new Error(`not done within ${plan.limitMs / 1000} s`)), plan.limitMs);

try {
  const { signal } = leaving;
  const machine = describeProcessors();
  log('starting Shotwire');
  await using hall = await openHall({ env: process.env, log, signal });
  const first = await keepImage(hall, 1_000_000);
  await using bare = await startBare({ databaseUrl: hall.databaseUrl, file: first.file });

  log('creates a second');
  // What is compiled and planned at the first use is not what is measured.
  await measureRound({ hall, bare, creates: Math.ceil(plan.creates / 5), signal });
  const rounds: Round[] = [];
  for (let round = 0; round < plan.rounds; round++) rounds.push(await measureRound({ hall, bare, creates: plan.creates, signal }));
  log(`creates at ${plan.perSecond} a second`);
  const waits = await measureWaits({ hall, perSecond: plan.perSecond, seconds: plan.seconds, signal });
  log(`batches of ${plan.rows} rows`);
  const batches = await measureBatches({ hall, rows: plan.rows, batches: plan.batches, signal });
  await hall.empty();
  log('downloads a second');
  const image = await keepImage(hall, 1_000_000);
  const downloads: Round[] = [];
  for (let round = 0; round <= plan.rounds; round++)
    downloads.push(await measureDownloads({ hall, bare, image, downloads: plan.downloads, signal }));
  log(`${plan.listeners} that listen`);
  const listening = await measureListeners({ hall, listeners: plan.listeners, signal });

  const command = quick ? 'node test/bench/api/bench-api.ts --quick' : 'make bench-api';
  const date = new Date().toISOString().slice(0, 10);
  console.log(describeApiResults({ command, date, machine, plan, rounds, waits, batches, downloads: downloads.slice(1), listening }));
} catch (thrown) {
  log(`The benchmark broke: ${thrown instanceof Error ? thrown.stack : thrown}`);
  process.exitCode = 1;
} finally {
  clearTimeout(late);
}
