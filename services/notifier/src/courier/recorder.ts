import { type Postgres, persist, type Transaction } from '@shotwire/postgres';
import type { State } from '../core/delivery.ts';
import { type Ended, type Recording, recordAttempts } from '../sql/record-attempts.ts';

interface RecorderParts {
  postgres: Postgres;
  /** What is to be told of what was recorded, in the same transaction. */
  tell: (trx: Transaction, recording: Recording) => Promise<void>;
  closing: AbortSignal;
}

/** Writes down how attempts ended, many in one transaction. */
export interface Recorder {
  /** What the delivery is now, once that is committed; undefined when its claim was lost. Rejects when it could not be written. */
  record(ended: Ended): Promise<State | undefined>;
}

/** Attempts in one transaction at most. */
const AT_ONCE = 200;

interface Waiting {
  ended: Ended;
  done: PromiseWithResolvers<State | undefined>;
}

/** While one transaction is under way, whatever ends meanwhile waits for the next: the busier, the larger. */
export function createRecorder({ postgres, tell, closing }: RecorderParts): Recorder {
  const waiting: Waiting[] = [];
  let writing = false;

  const act = (ended: readonly Ended[]) =>
    persist(
      () =>
        postgres.transaction(async (trx) => {
          const recording = await recordAttempts(trx, ended);
          await tell(trx, recording);
          return recording;
        }),
      closing,
    );

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const { recorded } = await act(batch.map(({ ended }) => ended));
      const states = new Map(recorded.map(({ ended, state }) => [ended, state]));
      for (const { ended, done } of batch) done.resolve(states.get(ended));
    } catch (thrown) {
      // One that cannot be written must not take the others with it.
      if (batch.length > 1) for (const one of batch) await write([one]);
      else batch[0]?.done.reject(thrown);
    }
  };

  const writeAll = async () => {
    writing = true;
    while (waiting.length > 0) await write(waiting.splice(0, AT_ONCE));
    writing = false;
  };

  return {
    record(ended) {
      const done = Promise.withResolvers<State | undefined>();
      waiting.push({ ended, done });
      if (!writing) void writeAll();
      return done.promise;
    },
  };
}
