import type { FastifyRequest } from 'fastify';

/** How long an answer may be waited for, in seconds. */
export const longestWaitS = 120;

/** The header that says it, as problems name it. */
const says = `wait must be a whole number of seconds from 0 to ${longestWaitS}`;

/** How long a request prefers to wait (RFC 7240), in seconds; or what is wrong with how it says so. */
export function preferredWait({ headers }: Pick<FastifyRequest, 'headers'>): { waitS?: number; problems?: { Prefer: string[] } } {
  const wait = String(headers.prefer ?? '')
    .split(',')
    .map((preference) => preference.split(';')[0]?.trim() ?? '')
    // Of those with the same name the first one counts.
    .find((preference) => /^wait *(=|$)/i.test(preference));
  if (wait === undefined) return {};
  const [, seconds] = /^wait *= *"?(\d{1,9})"?$/i.exec(wait) ?? [];
  const waitS = Number(seconds);
  return waitS <= longestWaitS ? { waitS } : { problems: { Prefer: [says] } };
}
