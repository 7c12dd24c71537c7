/** A clock that moves only when told. */
export interface TestClock {
  /** Milliseconds since the epoch. */
  now(): number;
  advance(ms: number): void;
}

/** A clock that stands still at `now`, given as milliseconds since the epoch or as a date in ISO 8601. */
export function startClock(now: number | string): TestClock {
  let currentMs = typeof now === 'number' ? now : Date.parse(now);
  return {
    now: () => currentMs,
    advance: (ms) => {
      currentMs += ms;
    },
  };
}
