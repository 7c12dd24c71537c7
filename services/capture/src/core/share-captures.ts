/** A wish whose capture equal ones may share. */
export interface Leader {
  id: string;
  followers: number;
}

interface Wish {
  id: string;
  fingerprint: Buffer;
  priority: 'interactive' | 'batch';
  dedupe: boolean;
  cacheTtlS: number;
}

/** How a wish comes to its result. */
export interface Share {
  /** The equal wish whose capture it shares. */
  leaderId: string | null;
  /** The equal wish whose result it takes. */
  resultId: string | null;
  /** Null when neither was asked for. */
  cache: 'hit' | 'miss' | null;
  /** Of one that has a capture of its own: the most urgent of those that share it. */
  urgency: 'interactive' | 'batch';
}

/** Those that share one capture at most: they all end in one transaction. */
const FOLLOWERS_AT_MOST = 500;

/**
 * Decides who captures and who shares: a wish takes a result that is there, or joins an equal one that has not ended, or is the one
 * that later ones join. `leaders` are known by fingerprint in hex, results by the wish that takes them.
 */
export function shareCaptures(
  wishes: readonly Wish[],
  { leaders, results }: { leaders: ReadonlyMap<string, Leader>; results: ReadonlyMap<string, string> },
): Map<string, Share> {
  const shares = new Map<string, Share>();
  const open = new Map([...leaders].map(([key, leader]) => [key, { ...leader }]));
  for (const { id, fingerprint, priority, dedupe, cacheTtlS } of wishes) {
    const resultId = results.get(id) ?? null;
    const share: Share = { leaderId: null, resultId, cache: dedupe || cacheTtlS > 0 ? 'miss' : null, urgency: priority };
    shares.set(id, share);
    if (resultId !== null) share.cache = 'hit';
    else if (dedupe) {
      const key = fingerprint.toString('hex');
      const leader = open.get(key);
      if (leader && leader.followers < FOLLOWERS_AT_MOST) {
        leader.followers += 1;
        share.leaderId = leader.id;
        share.cache = 'hit';
        const led = shares.get(leader.id);
        if (led && priority === 'interactive') led.urgency = 'interactive';
      } else open.set(key, { id, followers: 0 });
    }
  }
  return shares;
}
