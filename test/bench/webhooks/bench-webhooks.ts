import { parseArgs } from 'node:util';
import { describeProcessors } from '../machine.ts';
import { median, percentile } from '../statistics.ts';
import { table, verdict } from '../table.ts';
import { type Idle, measureIdle } from './idle.ts';
import { measureIsolation } from './isolation.ts';
import { measureLatency } from './latency.ts';
import { atOnce, openPostRoom } from './post-room.ts';
import { startBenchReceiver } from './receiver.ts';
import { bareLeg, type Round, shotwireLeg } from './throughput.ts';

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const plan = quick
  ? {
      rounds: 1,
      deliveries: 500,
      events: 200,
      healthy: 500,
      dead: { endpoints: 10, deliveries: 500 },
      waiting: 2_000,
      idleS: 3,
      limitMs: 120_000,
    }
  : {
      rounds: 3,
      deliveries: 10_000,
      events: 4_000,
      healthy: 5_000,
      dead: { endpoints: 50, deliveries: 20_000 },
      waiting: 100_000,
      idleS: 30,
      limitMs: 900_000,
    };

const log = (line: string) => console.error(line);
const leaving = new AbortController();
// Every time: a Ctrl-C arrives twice, from the terminal and from make, and the second must not end what cleans up.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => leaving.abort(new Error(`ended by ${name}`)));
const late = setTimeout(() => leaving.abort(new Error(`not done within ${plan.limitMs / 1000} s`)), plan.limitMs);

try {
  const { signal } = leaving;
  const machine = describeProcessors();
  await using receiver = await startBenchReceiver();
  log('starting a notifier, with its Postgres and its NATS');
  await using room = await openPostRoom({ path: process.env.PATH ?? '', log, signal });

  log('deliveries a second');
  const rounds: Round[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    const bare = await bareLeg({ receiver, deliveries: plan.deliveries });
    rounds.push({ bare, shotwire: await shotwireLeg({ room, receiver, deliveries: plan.deliveries }) });
  }
  log('from the event to the receiver');
  const latency = await measureLatency({ room, receiver, events: plan.events, perSecond: 200, signal });
  log('beside dead endpoints');
  const parts = { room, receiver, healthy: plan.healthy, healthyLanes: 500 };
  const alone = await measureIsolation({ ...parts, dead: { endpoints: 0, deliveries: 0 } });
  const beside = await measureIsolation({ ...parts, dead: plan.dead });
  log('with a large backlog that is not due');
  const idle = await measureIdle({ room, receiver, waiting: plan.waiting, idleS: plan.idleS, signal });
  const { peakBytes } = await room.usage();

  const command = quick ? 'node test/bench/webhooks/bench-webhooks.ts --quick' : 'make bench-webhooks';
  console.log(describe({ command, machine, rounds, latency, alone, beside, idle, peakBytes }));
} catch (thrown) {
  log(`The benchmark broke: ${thrown instanceof Error ? thrown.stack : thrown}`);
  process.exitCode = 1;
} finally {
  clearTimeout(late);
}

interface Results {
  command: string;
  machine: readonly string[];
  rounds: readonly Round[];
  latency: readonly number[];
  alone: readonly number[];
  beside: readonly number[];
  idle: Idle;
  peakBytes: number;
}

function describe({ command, machine, rounds, latency, alone, beside, idle, peakBytes }: Results): string {
  const [bare, shotwire] = [median(rounds.map((round) => round.bare)), median(rounds.map((round) => round.shotwire))];
  const ratio = median(rounds.map((round) => round.shotwire / round.bare));
  const [p50, p99] = [percentile(latency, 0.5), percentile(latency, 0.99)];
  const [aloneP95, besideP95] = [percentile(alone, 0.95), percentile(beside, 0.95)];
  const row = (what: string, measured: string, target: string, met: boolean) => [what, measured, target, verdict(met)];
  return [
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    '',
    ...machine.map((fact) => `- ${fact}`),
    '',
    table(
      ['round', 'bare undici loop', 'Shotwire', 'ratio'],
      rounds.map((round, at) => [
        String(at + 1),
        round.bare.toFixed(0),
        round.shotwire.toFixed(0),
        (round.shotwire / round.bare).toFixed(2),
      ]),
    ),
    '',
    `Deliveries per second, ${plan.deliveries.toLocaleString('en')} a leg, ${atOnce} POSTs at once on either side.`,
    '',
    table(
      ['what', 'measured', 'target', ''],
      [
        row('deliveries/s, Shotwire ÷ bare loop', ratio.toFixed(2), '≥ 0.5', ratio >= 0.5),
        row(
          'deliveries/s, each on record with its attempt',
          `${shotwire.toFixed(0)} (bare loop ${bare.toFixed(0)})`,
          '≥ 1,000',
          shotwire >= 1_000,
        ),
        row('event → first byte at 200 events/s, p50', `${p50.toFixed(1)} ms`, '≤ 15 ms', p50 <= 15),
        row('the same, p99', `${p99.toFixed(1)} ms`, '≤ 100 ms', p99 <= 100),
        row(
          `p95 of ${plan.healthy.toLocaleString('en')} healthy beside ${plan.dead.endpoints} dead endpoints ÷ alone`,
          `${(besideP95 / aloneP95).toFixed(2)} (${besideP95.toFixed(0)} ms, ${aloneP95.toFixed(0)} ms)`,
          '≤ 1.5',
          besideP95 / aloneP95 <= 1.5,
        ),
        row(
          `idle with ${plan.waiting.toLocaleString('en')} waiting: processor`,
          `${(idle.cpu * 100).toFixed(1)} %`,
          '< 2 %',
          idle.cpu < 0.02,
        ),
        row('the same: a claim, p95', `≤ ${idle.claimP95Ms.toFixed(0)} ms`, '≤ 50 ms', idle.claimP95Ms <= 50),
        row('memory of the notifier at its most', `${(peakBytes / 1_000_000).toFixed(0)} MB`, '< 200 MB', peakBytes < 200_000_000),
      ],
    ),
  ].join('\n');
}
