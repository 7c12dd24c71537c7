import { ratioOf, roundColumns, roundRows, troubleOf } from '../rounds.ts';
import { median, percentile } from '../statistics.ts';
import { table, verdict } from '../table.ts';
import type { Round } from '../throughput.ts';
import type { IdleCapture } from './latency.ts';
import type { Rate } from './rates.ts';

interface CaptureResults {
  command: string;
  /** The day of the run. */
  date: string;
  machine: readonly string[];
  slots: number;
  plan: { captures: number; batch: number };
  idle: IdleCapture;
  one: readonly Round[];
  other: readonly Round[];
  overload: readonly { load: number; rate: Rate }[];
  interactive: { idle: readonly number[]; busy: readonly number[] };
  dedupe: { wishes: number; visits: number; completed: number };
}

/** The targets, and how they are told. */
const targets = { oneSite: 1.3, manySites: 1.1, idleMs: 150, navigationMs: 15, overload: 0.9, interactive: 2 };

/** The results as markdown, for a terminal and for docs/benchmarks.md alike. */
export function describeCaptureResults(results: CaptureResults): string {
  const { command, date, machine, slots, plan, one, other } = results;
  return [
    `\`${command}\`, ${date}`,
    '',
    ...machine.map((fact) => `- ${fact}`),
    '',
    table(
      ['pages', 'round', ...roundColumns],
      [...roundRows(one).map((row) => ['one site', ...row]), ...roundRows(other).map((row) => ['many sites', ...row])],
    ),
    '',
    `Captures per second, ${plan.captures} a leg, ${slots} slots on either side.`,
    ...troubleOf([...one, ...other]),
    '',
    table(
      ['load', 'captures/s', 'failed'],
      results.overload.map(({ load, rate }) => [`${load} × the slots`, rate.perSecond.toFixed(2), String(rate.problems.length)]),
    ),
    '',
    table(['what', 'measured', 'target', ''], judged(results)),
  ].join('\n');
}

function judged({ one, other, idle, overload, interactive, plan, dedupe }: CaptureResults): string[][] {
  const wait = (values: readonly number[]) => `${median(values).toFixed(0)} ms (p95 ${percentile(values, 0.95).toFixed(0)} ms)`;
  const least = Math.min(...overload.map(({ rate }) => rate.perSecond)) / (overload[0]?.rate.perSecond ?? Number.NaN);
  const failed = overload.reduce((sum, { rate }) => sum + rate.problems.length, 0);
  const slower = median(interactive.busy) / median(interactive.idle);
  const { oneSite, manySites, idleMs, navigationMs } = targets;
  const above = (value: number, target: number) => [value.toFixed(2), `≥ ${target}`, verdict(value >= target)];
  const below = (values: readonly number[], target: number) => [wait(values), `≤ ${target} ms`, verdict(median(values) <= target)];
  return [
    ['captures/s, one site, Shotwire ÷ bare loop', ...above(ratioOf(one, 'bare'), oneSite)],
    ['captures/s, many sites, Shotwire ÷ bare loop', ...above(ratioOf(other, 'bare'), manySites)],
    [`idle capture of a trivial page, POST → completed, median of ${idle.untilCompleted.length}`, ...below(idle.untilCompleted, idleMs)],
    ['the same, POST → webhook', wait(idle.untilWebhook), '', ''],
    ['the same page, bare loop with a fresh context', wait(idle.bare), '', ''],
    ['claim → navigation, idle', ...below(idle.untilNavigation, navigationMs)],
    [
      'captures/s under overload, least ÷ at 1 ×',
      `${least.toFixed(2)}, ${failed} failed`,
      `≥ ${targets.overload}, none`,
      verdict(least >= targets.overload && failed === 0),
    ],
    [`interactive capture, idle, median of ${interactive.idle.length}`, wait(interactive.idle), '', ''],
    [`the same while a batch of ${plan.batch.toLocaleString('en')} runs`, wait(interactive.busy), '', ''],
    ['the latter ÷ the former', slower.toFixed(2), `≤ ${targets.interactive}`, verdict(slower <= targets.interactive)],
    [
      `${dedupe.wishes} equal wishes at once`,
      `${dedupe.visits} visits, ${dedupe.completed} completed`,
      '1 visit',
      verdict(dedupe.visits === 1 && dedupe.completed === dedupe.wishes),
    ],
  ];
}
