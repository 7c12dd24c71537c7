import { median, percentile } from '../statistics.ts';
import { table, verdict } from '../table.ts';
import type { Batches } from './batches.ts';
import { atOnce, type Round } from './creates.ts';
import { downloadsAtOnce } from './downloads.ts';

interface Results {
  command: string;
  /** The day of the run. */
  date: string;
  machine: readonly string[];
  plan: { creates: number; perSecond: number; rows: number; downloads: number; listeners: number };
  rounds: readonly Round[];
  /** Milliseconds of each create at an even rate. */
  waits: readonly number[];
  batches: Batches;
  downloads: readonly Round[];
  /** Bytes of the gateway with all that listen. */
  listening: number | undefined;
}

/** What a batch may add to the memory that the one before it needed. */
const flat = 1.1;

const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(0)} MB`;
const row = (what: string, measured: string, target: string, met: boolean) => [what, measured, target, verdict(met)];
const missing = (what: string, target: string) => [what, 'not in this API', target, verdict(false)];
const ratioOf = (rounds: readonly Round[]) => median(rounds.map(({ bare, shotwire }) => shotwire / bare));

/** The results as markdown. */
export function describeApiResults({ command, date, machine, plan, rounds, waits, batches, downloads, listening }: Results): string {
  const [creates, images] = [ratioOf(rounds), ratioOf(downloads)];
  const p99 = percentile(waits, 0.99);
  return [
    `\`${command}\`, ${date}`,
    '',
    ...machine.map((fact) => `- ${fact}`),
    '',
    roundsTable('bare Fastify and pg', rounds),
    '',
    `Accepted creates per second, ${plan.creates.toLocaleString('en')} a leg, ${atOnce} at once on either side; captures are paused.`,
    '',
    roundsTable('bare Node stream', downloads),
    '',
    `Downloads of 1 MB per second, ${plan.downloads.toLocaleString('en')} a leg, ${downloadsAtOnce} at once on either side.`,
    '',
    table(
      ['what', 'measured', 'target', ''],
      [
        row('accepted creates/s, Shotwire ÷ bare server', creates.toFixed(2), '≥ 0.4', creates >= 0.4),
        row(
          `a create at ${plan.perSecond}/s, p99`,
          `${p99.toFixed(1)} ms (p50 ${percentile(waits, 0.5).toFixed(1)} ms)`,
          '≤ 100 ms',
          p99 <= 100,
        ),
        ...batchRows(plan.rows, batches),
        row('downloads/s of 1 MB, Shotwire ÷ bare stream', images.toFixed(2), '≥ 0.5', images >= 0.5),
        listening === undefined
          ? missing(`memory of the gateway with ${plan.listeners.toLocaleString('en')} that listen`, '< 200 MB')
          : row(
              `memory of the gateway with ${plan.listeners.toLocaleString('en')} that listen`,
              megabytes(listening),
              '< 200 MB',
              listening < 200_000_000,
            ),
      ],
    ),
  ].join('\n');
}

function roundsTable(bare: string, rounds: readonly Round[]): string {
  const cells = rounds.map((one, at) => [
    String(at + 1),
    one.bare.toFixed(0),
    one.shotwire.toFixed(0),
    (one.shotwire / one.bare).toFixed(2),
  ]);
  return table(['round', bare, 'Shotwire', 'ratio'], cells);
}

function batchRows(rows: number, batches: Batches): string[][] {
  const names = [`a batch of ${rows.toLocaleString('en')} rows accepted, the slowest`, 'memory of the gateway, last batch ÷ first'];
  const slowest = Math.max(...batches.seconds);
  const [first = Number.NaN, last = Number.NaN] = [batches.peakBytes[0], batches.peakBytes.at(-1)];
  return [
    row(names[0] ?? '', `${slowest.toFixed(1)} s`, '≤ 5 s', slowest <= 5),
    row(names[1] ?? '', `${(last / first).toFixed(2)} (${megabytes(first)}, ${megabytes(last)})`, `≤ ${flat}`, last / first <= flat),
  ];
}
