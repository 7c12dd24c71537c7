/** When a delivery that has not succeeded is tried again. */
export type Next = { kind: 'again'; inS: number } | { kind: 'give_up' };

interface Failed {
  /** Seconds to wait after the first failed try, the second, … */
  schedule: readonly number[];
  /** Tries that are known to have failed, this one included. */
  failures: number;
  /** Tries begun that count, lost ones included. */
  attempts: number;
  /** From 0 to 1. */
  chance: number;
  /** How long the receiver asks us to wait. */
  retryAfterS?: number | undefined;
}

/** Attempts that may be lost (their courier died) on top of the schedule; a delivery that kills couriers must end too. */
const lostAtMost = 6;

/**
 * After a try that failed: the next one after the schedule's delay, or after what the receiver asks for where that is longer.
 * Chance adds up to a tenth, so that what failed together does not come back together; nothing is ever tried earlier than promised.
 */
export function afterFailure({ schedule, failures, attempts, chance, retryAfterS = 0 }: Failed): Next {
  const delayS = schedule[failures - 1];
  return delayS === undefined || attempts >= attemptsAtMost(schedule)
    ? { kind: 'give_up' }
    : { kind: 'again', inS: Math.max(delayS, retryAfterS) * (1 + chance / 10) };
}

/** The number of attempts after which nothing is tried again, however they ended: ten, with a schedule of three. */
export function attemptsAtMost(schedule: readonly number[]): number {
  return 1 + schedule.length + lostAtMost;
}
