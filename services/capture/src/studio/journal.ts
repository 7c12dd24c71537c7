import { type Instant, instantToMs } from '@shotwire/contract';
import type { Failure } from '@shotwire/failures';
import type { Moment } from '../report/report.ts';
import type { Report } from './camera.ts';

/** What the studio adds to the report of a capture: what came before the camera, between its tries and after it. */
export interface Journal {
  note(event: string, facts?: Readonly<Record<string, unknown>>): void;
  /** The whole report as JSON: what the camera found out, the moments of both in order, and the failure if there was one. */
  close(found: Report, failure?: Failure): Buffer;
}

interface JournalParts {
  acceptedAt: Instant;
  claimedAt: Instant;
  /** The claim, on the clock of performance.now(). */
  claimedMs: number;
  /** How many times the screenshot has been claimed. */
  claims: number;
}

/** Begins the journal of a capture that has just been claimed. */
export function openJournal({ acceptedAt, claimedAt, claimedMs, claims }: JournalParts): Journal {
  const waitedMs = instantToMs(claimedAt) - instantToMs(acceptedAt);
  const moments: Moment[] = [
    { atMs: claimedMs - waitedMs, event: 'accepted' },
    { atMs: claimedMs, event: 'claimed', claims },
  ];
  const note = (event: string, facts: Readonly<Record<string, unknown>> = {}) =>
    void moments.push({ atMs: performance.now(), event, ...facts });
  const sinceClaim = ({ atMs, ...rest }: Moment) => ({ ms: Math.round((atMs - claimedMs) * 10) / 10, ...rest });
  return {
    note,
    close({ timeline = [], ...found }, failure) {
      if (failure) note('failed', { code: failure.code });
      const error = failure ? { code: failure.code, message: failure.message } : null;
      const retries = moments.filter(({ event }) => event === 'tried_again').length;
      const all = [...moments, ...timeline].sort((a, b) => a.atMs - b.atMs).map(sinceClaim);
      return Buffer.from(JSON.stringify({ ...found, retries, error, claimed_at: claimedAt, timeline: all }));
    },
  };
}
