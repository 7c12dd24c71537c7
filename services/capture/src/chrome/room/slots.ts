import type { Logger } from '@shotwire/telemetry';
import type { Supervisor } from '../browser/supervisor.ts';
import type { Room } from './room.ts';

interface SlotParts {
  slots: number;
  supervisor: Supervisor;
  open: (signal: AbortSignal) => Promise<Room>;
  log: Logger;
}

/** A capture's use of a room. Disposing it closes the room, in the background: the picture need not wait for that. */
export interface Stay extends Disposable {
  readonly room: Room;
}

/** Rooms made ready before they are asked for, so that a capture begins with its navigation. */
export interface Slots extends AsyncDisposable {
  /** A room of its own for one capture. */
  take(signal: AbortSignal): Promise<Stay>;
}

/** Keeps a room ready for each slot that is free. */
export function openSlots({ slots, supervisor, open, log }: SlotParts): Slots {
  const ready = new Set<Room>();
  const leaving = new Set<Promise<void>>();
  const closing = new AbortController();
  let taken = 0;
  let preparing: Promise<void> | undefined;

  const leave = (room: Room) => {
    ready.delete(room);
    const left: Promise<void> = Promise.resolve(room[Symbol.asyncDispose]())
      .catch((error: unknown) => log.warn({ error }, 'a room did not close well'))
      .finally(() => leaving.delete(left));
    leaving.add(left);
  };

  const prepare = async () => {
    while (ready.size + taken < slots && !closing.signal.aborted) {
      const room = await open(closing.signal);
      ready.add(room);
      if (!room.resident.usable || closing.signal.aborted) leave(room);
      else room.gone.catch(() => ready.has(room) && leave(room));
    }
  };

  const refill = () => {
    preparing ??= prepare()
      .catch((error: unknown) => {
        if (!closing.signal.aborted) log.warn({ error }, 'a room could not be made ready');
      })
      .finally(() => {
        preparing = undefined;
      });
  };

  supervisor.onRetire((resident) => {
    for (const room of ready) if (room.resident === resident) leave(room);
    refill();
  });
  refill();

  return {
    async take(signal) {
      taken += 1;
      const giveBack = () => {
        taken -= 1;
        refill();
      };
      try {
        const [next] = ready;
        if (next) ready.delete(next);
        const room = next ?? (await open(signal));
        const dispose = () => {
          leave(room);
          giveBack();
        };
        return { room, [Symbol.dispose]: dispose };
      } catch (thrown) {
        giveBack();
        throw thrown;
      }
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      for (const room of ready) leave(room);
      await preparing;
      await Promise.all(leaving);
    },
  };
}
