import type { ShotwireError } from '../shotwire-error.ts';

/** Tries of one request, the first one included. */
const tries = 5;
const firstPauseMs = 250;
const longestPauseMs = 8_000;
/** Who asks for a longer pause is not waited for: the caller is told. */
const longestRetryAfterMs = 5 * 60_000;

/** Answers that the same request may find otherwise later. */
const passing = new Set([408, 500, 502, 503, 504]);

interface Tried {
  /** How often it was sent so far. */
  count: number;
  /** Whether sending it twice does no more than sending it once. */
  repeatable: boolean;
}

/**
 * Milliseconds before the same request is sent once more, or undefined when it is not to be. What was too much (429) was not carried out,
 * so that anything is sent again; what got lost or failed on the way may have been, so that only what is repeatable is.
 */
export function pauseBeforeNext({ status, code, retryAfterMs }: ShotwireError, { count, repeatable }: Tried): number | undefined {
  const again = status === 429 || (repeatable && (code === 'UNREACHABLE' || (status !== undefined && passing.has(status))));
  if (!again || count >= tries) return undefined;
  if (retryAfterMs !== undefined) return retryAfterMs <= longestRetryAfterMs ? retryAfterMs : undefined;
  return backoffMs(count);
}

/** A pause that doubles with each failure, up to 8 seconds, and by chance is up to half as long: so not all come back at once. */
export function backoffMs(failures: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) * (1 - Math.random() / 2);
}
