import type { Reason } from './purposes.ts';

/** One thing that a capture refused. */
export interface Blocked {
  /** Of a refused host: its bare https URL. */
  readonly url: string;
  /** As Chrome calls it, in lower case; `host` where only the host was seen. */
  readonly type: string;
  readonly reason: Reason;
}

/** What a capture refused. */
export interface BlockedLog {
  /** The first ones. */
  readonly entries: readonly Blocked[];
  /** All of them, by reason. */
  readonly counts: Readonly<Partial<Record<Reason, number>>>;
}

const MOST = 200;
const URL_LENGTH = 2_000;

/** A log that keeps the first entries and counts all. */
export function openBlockedLog(): BlockedLog & { add(blocked: Blocked): void } {
  const entries: Blocked[] = [];
  const counts: Partial<Record<Reason, number>> = {};
  return {
    entries,
    counts,
    add(blocked) {
      counts[blocked.reason] = (counts[blocked.reason] ?? 0) + 1;
      if (entries.length < MOST) entries.push({ ...blocked, url: blocked.url.slice(0, URL_LENGTH) });
    },
  };
}
