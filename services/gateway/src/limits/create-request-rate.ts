/** Where a key stands in its window, after a request. */
export interface Standing {
  /** Requests of a window. */
  limit: number;
  /** Those that are left in this one. */
  remaining: number;
  /** Seconds until the next one. */
  resetS: number;
  /** The request was one too many. */
  refused: boolean;
}

/** Counts the requests of keys. */
export interface RequestRate {
  /** Counts one request; undefined where there is no limit. Failure `unavailable` when it cannot be counted. */
  take(keyId: string): Promise<Standing | undefined>;
}

interface RateParts {
  /** Requests that a key may make in a window; 0 for as many as it likes. */
  limit: number;
  /** Counts requests of a key for all replicas: how many there are in its window with these, and how long that lasts. */
  count: (counting: { keyId: string; requests: number }) => Promise<{ requests: number; leftS: number }>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

type Waiting = PromiseWithResolvers<Standing>;

/** Seconds of a window. */
export const windowS = 60;

/**
 * A limit that is exact over all replicas, since every request is counted in the one place that they share: of a key one count is under way
 * at a time, and those who come meanwhile share the next. A window that is known to be used up is not asked about again.
 */
export function createRequestRate({ limit, count, now }: RateParts): RequestRate {
  const lines = new Map<string, Waiting[]>();
  const usedUp = new Map<string, number>();

  async function serve(keyId: string): Promise<void> {
    for (let batch = lines.get(keyId) ?? []; batch.length > 0; batch = lines.get(keyId) ?? []) {
      lines.set(keyId, []);
      try {
        const { requests, leftS } = await count({ keyId, requests: batch.length });
        if (requests >= limit) usedUp.set(keyId, now() + leftS * 1000);
        const before = requests - batch.length;
        for (const [at, { resolve }] of batch.entries()) resolve(standingAt(before + at + 1, leftS));
      } catch (thrown) {
        for (const { reject } of batch) reject(thrown);
      }
    }
    lines.delete(keyId);
  }

  const standingAt = (place: number, leftS: number): Standing => ({
    limit,
    remaining: Math.max(0, limit - place),
    resetS: Math.min(windowS, Math.max(1, Math.ceil(leftS))),
    refused: place > limit,
  });

  return {
    async take(keyId) {
      if (limit === 0) return undefined;
      const untilMs = usedUp.get(keyId) ?? 0;
      const leftS = (untilMs - now()) / 1000;
      // A clock that was set back must not keep anyone out.
      if (leftS > 0 && leftS <= windowS) return standingAt(limit + 1, leftS);
      usedUp.delete(keyId);
      const turn: Waiting = Promise.withResolvers();
      const line = lines.get(keyId);
      if (line) line.push(turn);
      else {
        lines.set(keyId, [turn]);
        void serve(keyId);
      }
      return turn.promise;
    },
  };
}
