import { type Instant, instantToMs } from '@shotwire/contract';
import type { Failure } from '@shotwire/failures';
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
  /** How many times the screenshot has been claimed. */
  claims: number;
  /** Milliseconds since the claim. */
  elapsed: () => number;
}

/** Begins the journal of a capture that has just been claimed. */
export function openJournal({ acceptedAt, claimedAt, claims, elapsed }: JournalParts): Journal {
  const moments: Record<string, unknown>[] = [
    { ms: instantToMs(acceptedAt) - instantToMs(claimedAt), event: 'accepted' },
    { ms: 0, event: 'claimed', claims },
  ];
  const note = (event: string, facts: Readonly<Record<string, unknown>> = {}) =>
    void moments.push({ ms: Math.round(elapsed()), event, ...facts });
  return {
    note,
    close({ timeline, ...found }, failure) {
      if (failure) note('failed', { code: failure.code });
      const all = [...moments, ...(Array.isArray(timeline) ? timeline : [])].sort((a, b) => a.ms - b.ms);
      const error = failure ? { code: failure.code, message: failure.message } : null;
      const retries = moments.filter(({ event }) => event === 'tried_again').length;
      return Buffer.from(JSON.stringify({ ...found, retries, error, timeline: all }));
    },
  };
}
