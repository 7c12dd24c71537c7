import type { Tailed } from './tailed.ts';

/** Called when something has happened; it is asked for what. */
export type Woken = () => void;

type Topic = { accountId: string } | { screenshotId: string };

/** Who listens to what. */
export interface Ears {
  add(topic: Topic, woken: Woken): Disposable;
  /** Wakes those who listen to what an event is about. */
  tell(tailed: Tailed): void;
  wakeAll(): void;
}

const keyOf = (topic: Topic) => ('accountId' in topic ? `account ${topic.accountId}` : `screenshot ${topic.screenshotId}`);

/** Nobody yet. */
export function createEars(): Ears {
  const byKey = new Map<string, Set<Woken>>();
  const wake = (topic: Topic) => byKey.get(keyOf(topic))?.forEach((woken) => void woken());

  return {
    add(topic, woken) {
      const key = keyOf(topic);
      const same = byKey.get(key) ?? new Set();
      // The same function may listen twice.
      const own = () => woken();
      byKey.set(key, same.add(own));
      return {
        [Symbol.dispose]() {
          same.delete(own);
          if (same.size === 0 && byKey.get(key) === same) byKey.delete(key);
        },
      };
    },
    tell({ event: { accountId, screenshot } }) {
      wake({ accountId });
      if (screenshot) wake({ screenshotId: screenshot.id });
    },
    wakeAll: () => byKey.forEach((same) => void same.forEach((woken) => void woken())),
  };
}
