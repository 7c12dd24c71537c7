import { median } from './statistics.ts';
import type { Round } from './throughput.ts';

/** The columns of a table of rounds, after those that say which round it is. */
export const roundColumns = ['bare loop', "with Shotwire's switches", 'Shotwire', '÷ bare loop', '÷ the second'] as const;

/** A row for each round and one for the medians, each begun by the name of its round. */
export function roundRows(rounds: readonly Round[]): string[][] {
  const rates = (round: Pick<Round, Side>) => sides.map((side) => round[side].toFixed(2));
  const shown = rounds.map((round, at) => [
    String(at + 1),
    ...rates(round),
    (round.shotwire / round.bare).toFixed(2),
    (round.shotwire / round.flagged).toFixed(2),
  ]);
  const middle = sides.map((side) => median(rounds.map((round) => round[side])).toFixed(2));
  return [...shown, ['median', ...middle, ratioOf(rounds, 'bare').toFixed(2), ratioOf(rounds, 'flagged').toFixed(2)]];
}

/** How much faster Shotwire was than a bare loop: the median over the rounds. */
export function ratioOf(rounds: readonly Round[], loop: 'bare' | 'flagged'): number {
  return median(rounds.map((round) => round.shotwire / round[loop]));
}

/** What went wrong in rounds, a sentence each. */
export function troubleOf(rounds: readonly Round[]): string[] {
  const repeats = rounds.reduce((sum, round) => sum + round.repeats, 0);
  const problems = rounds.flatMap((round) => round.problems);
  return [
    ...(repeats > 0 ? [`Legs of the bare loops that failed or hung and were done again: ${repeats}.`] : []),
    ...(problems.length > 0 ? [`Captures of Shotwire that failed: ${problems.length} (${[...new Set(problems)].join('; ')}).`] : []),
  ];
}

const sides = ['bare', 'flagged', 'shotwire'] as const;
type Side = (typeof sides)[number];
