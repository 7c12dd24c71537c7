import type { Memory } from './memory.ts';
import { ratioOf, roundColumns, roundRows, troubleOf } from './rounds.ts';
import { median, percentile } from './statistics.ts';
import type { Round } from './throughput.ts';
import type { Waits } from './waits.ts';

interface Results {
  command: string;
  /** The day of the run. */
  date: string;
  machine: readonly string[];
  slots: number;
  /** Captures in one leg. */
  captures: number;
  /** Requests before memory was read. */
  requests: number;
  rounds: readonly Round[];
  waits: Waits;
  memory: Memory;
}

/** The targets, and how they are told. */
const targets = { ratio: 0.9, navigationMs: 50, webhookMs: 50, residentMb: 150 };

/** The results as markdown, for a terminal and for docs/benchmarks.md alike. */
export function describeResults({ command, date, machine, slots, captures, requests, rounds, waits, memory }: Results): string {
  const ratio = ratioOf(rounds, 'bare');
  const wait = (values: readonly number[]) => `${median(values).toFixed(1)} ms (p95 ${percentile(values, 0.95).toFixed(1)} ms)`;
  const megabytes = (bytes: number) => `${(bytes / 1_000_000).toFixed(0)} MB`;

  return [
    `\`${command}\`, ${date}`,
    '',
    ...machine.map((fact) => `- ${fact}`),
    '',
    table(['round', ...roundColumns], roundRows(rounds)),
    '',
    `Captures per second, ${captures} a leg, ${slots} slots on either side.`,
    ...troubleOf(rounds),
    '',
    table(
      ['what', 'measured', 'target', ''],
      [
        ['captures/s, Shotwire ÷ bare loop', ratio.toFixed(2), `≥ ${targets.ratio}`, verdict(ratio >= targets.ratio)],
        [
          `202 → navigation, median of ${waits.untilNavigation.length}`,
          wait(waits.untilNavigation),
          `< ${targets.navigationMs} ms`,
          verdict(median(waits.untilNavigation) < targets.navigationMs),
        ],
        [
          `picture stored → webhook, median of ${waits.untilWebhook.length}`,
          wait(waits.untilWebhook),
          `< ${targets.webhookMs} ms`,
          verdict(median(waits.untilWebhook) < targets.webhookMs),
        ],
        ...(['gateway', 'notifier'] as const).map((name) => [
          `memory of ${name} after ${requests.toLocaleString('en')} requests`,
          megabytes(memory[name]),
          `< ${targets.residentMb} MB`,
          verdict(memory[name] < targets.residentMb * 1_000_000),
        ]),
      ],
    ),
  ].join('\n');
}

/** What is said of a target. */
export function verdict(met: boolean): string {
  return met ? 'met' : 'missed';
}

/** A markdown table whose columns are aligned as text, too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, at) => Math.max(3, name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
