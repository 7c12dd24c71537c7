import type { GetUsageResponse, UsageOfDay } from '@shotwire/contract';

const counts = ['completed', 'cached', 'failed', 'cancelled'] as const;

/** What was used, with every day that was asked for, and all of them together. */
export function shownUsage({ days, open, inFlight, storedBytes }: GetUsageResponse, asked: readonly string[]) {
  const byDay = new Map(days.map((one) => [one.day, one]));
  return {
    from: asked[0],
    to: asked.at(-1),
    total: sumOf(days),
    days: asked.map((day) => ({ day, ...sumOf(byDay.has(day) ? [byDay.get(day) as UsageOfDay] : []) })),
    now: { open, in_flight: inFlight, stored_bytes: Number(storedBytes) },
  };
}

function sumOf(days: readonly UsageOfDay[]) {
  const sum = (of: (day: UsageOfDay) => number) => days.reduce((sofar, day) => sofar + of(day), 0);
  return { ...Object.fromEntries(counts.map((name) => [name, sum((day) => day[name])])), bytes: sum(({ bytes }) => Number(bytes)) };
}
