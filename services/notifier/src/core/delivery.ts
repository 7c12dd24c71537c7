/** The states as Postgres holds them. */
export type State = 'pending' | 'sending' | 'succeeded' | 'failed' | 'cancelled' | 'paused';

/**
 * The life of a delivery. The courier moves it on, and back to pending between attempts; the reaper moves it back when a courier was
 * lost; its app moves it to paused and back. What has ended is moved by hand alone, when someone wants it sent again.
 */
const moves: Readonly<Record<State, readonly State[]>> = {
  pending: ['sending', 'paused', 'cancelled', 'failed', 'pending'],
  sending: ['succeeded', 'failed', 'pending', 'paused', 'cancelled'],
  paused: ['pending', 'cancelled'],
  succeeded: ['pending'],
  failed: ['pending'],
  cancelled: ['pending'],
};

/** The states from which a delivery may move to the given one. */
export function originsOf(to: State): State[] {
  return (Object.keys(moves) as State[]).filter((from) => moves[from].includes(to));
}

/** The states in which there is still something to come. */
export const openStates = ['pending', 'sending', 'paused'] as const satisfies readonly State[];
