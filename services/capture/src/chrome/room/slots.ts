import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '@shotwire/deadlines';
import type { Logger, Metrics } from '@shotwire/telemetry';
import type { Supervisor } from '../browser/supervisor.ts';
import type { Room } from './room.ts';

interface SlotParts {
  slots: number;
  supervisor: Supervisor;
  open: (enter: Supervisor['enter'], signal: AbortSignal) => Promise<Room>;
  log: Logger;
  metrics: Metrics;
}

/** For whom a room is. */
export interface Guest {
  /** Whose rooms these are: a room that served one tenant never serves another. */
  tenant: string;
  /** Where the guest goes: of several rooms, one that was there last has most of what it needs. */
  site: string;
  /** In a browser of its own. */
  alone: boolean;
}

/** A capture's use of a room. Disposing it ends it, in the background: the picture need not wait for that. */
export interface Stay extends Disposable {
  readonly room: Room;
  /** Says that the capture ended well, so that the room may be wiped and used again; without it the room is closed. */
  keep(): void;
}

/** Rooms made ready before they are asked for, so that a capture begins with its navigation. */
export interface Slots extends AsyncDisposable {
  /** A room for one capture: a wiped one of the same tenant, or one that nobody has used, or one in a browser of its own. */
  take(guest: Guest, signal: AbortSignal): Promise<Stay>;
}

interface WarmRoom extends Guest {
  room: Room;
}

/** A room more than there are slots, so that a capture can begin while the room of the last one is wiped. */
const WIPED_MEANWHILE = 1;
/** Rooms that nobody has used, for the tenant who comes next. */
const FRESH = 1;
const WIPE_MS = 3_000;

/** Keeps rooms: those that captures used and that were wiped since, for their tenants, and fresh ones for new tenants. */
export function openSlots({ slots, supervisor, open, log, metrics }: SlotParts): Slots {
  const fresh = new Set<Room>();
  /** Longest unused first. */
  const warm = new Set<WarmRoom>();
  const wiping = new Map<Promise<void>, string>();
  const leaving = new Set<Promise<void>>();
  const closing = new AbortController();
  let taken = 0;
  let preparing: Promise<void> | undefined;
  const takings = metrics.counter(
    'capture_rooms_taken_total',
    'Rooms that captures began in: fresh, warm from an earlier one, or alone in a browser.',
    ['room'],
  );
  const endings = metrics.counter('capture_rooms_ended_total', 'Rooms that were closed after a capture, by why.', ['reason']);

  const used = () => taken + warm.size + wiping.size;

  const leave = (room: Room) => {
    const left: Promise<void> = Promise.resolve(room[Symbol.asyncDispose]())
      .catch((error: unknown) => log.warn({ error }, 'a room did not close well'))
      .finally(() => leaving.delete(left));
    leaving.add(left);
  };

  const discard = (kept: WarmRoom, reason: string) => {
    warm.delete(kept);
    endings.inc({ reason });
    leave(kept.room);
  };

  /** Ends those of the waiting rooms that go. */
  const dismiss = (goes: (room: Room) => boolean, reason: string) => {
    for (const room of fresh) if (goes(room) && fresh.delete(room)) leave(room);
    for (const kept of warm) if (goes(kept.room)) discard(kept, reason);
  };

  const makePlace = () => {
    const [oldest] = warm;
    if (oldest && used() > slots + WIPED_MEANWHILE) discard(oldest, 'unused');
  };

  const openOne = async (signal: AbortSignal) => {
    const room = await open(supervisor.enter, signal);
    room.gone.catch(() => {
      dismiss((one) => one === room, 'lost');
      refill();
    });
    return room;
  };

  const prepare = async () => {
    while (fresh.size < FRESH && !closing.signal.aborted) {
      const room = await openOne(closing.signal);
      if (room.resident.usable && !closing.signal.aborted) fresh.add(room);
      else leave(room);
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

  const wipe = async (kept: WarmRoom) => {
    const { room } = kept;
    const waiting = new AbortController();
    const late = sleep(WIPE_MS, 'late', { signal: waiting.signal });
    const trouble = await Promise.race([room.wipe(), room.gone, late]).catch(() => 'lost');
    waiting.abort();
    warm.add(kept);
    if (trouble !== undefined) discard(kept, trouble);
    else if (!room.resident.usable || closing.signal.aborted) discard(kept, 'browser');
  };

  const findWarm = ({ tenant, site, alone }: Guest): WarmRoom | undefined => {
    if (alone) return undefined;
    const own = [...warm].filter((kept) => kept.tenant === tenant);
    return own.findLast((kept) => kept.site === site) ?? own.at(-1);
  };

  const takeFresh = async ({ alone }: Guest, signal: AbortSignal): Promise<Room> => {
    makePlace();
    if (alone) return open(supervisor.enterAlone, signal);
    const [ready] = fresh;
    if (!ready) return openOne(signal);
    fresh.delete(ready);
    return ready;
  };

  const takeRoom = async (guest: Guest, signal: AbortSignal): Promise<Room> => {
    for (;;) {
      const kept = findWarm(guest);
      if (kept) {
        warm.delete(kept);
        taken += 1;
        takings.inc({ room: kept.site === guest.site ? 'same_site' : 'same_tenant' });
        return kept.room;
      }
      const soon = [...wiping].filter(([, tenant]) => tenant === guest.tenant).map(([wiped]) => wiped);
      if (guest.alone || soon.length === 0 || used() < slots + WIPED_MEANWHILE) break;
      await orAborted(Promise.race(soon), signal);
    }
    takings.inc({ room: guest.alone ? 'alone' : 'fresh' });
    taken += 1;
    return takeFresh(guest, signal).catch((thrown: unknown) => {
      taken -= 1;
      throw thrown;
    });
  };

  const end = (kept: WarmRoom, well: boolean) => {
    taken -= 1;
    if (well && kept.room.resident.usable && !closing.signal.aborted) {
      const wiped = wipe(kept).finally(() => {
        wiping.delete(wiped);
        makePlace();
      });
      wiping.set(wiped, kept.tenant);
    } else {
      endings.inc({ reason: well ? 'browser' : 'failure' });
      leave(kept.room);
    }
    refill();
  };

  supervisor.onRetire((resident) => {
    dismiss((room) => room.resident === resident, 'browser');
    refill();
  });
  refill();

  return {
    async take(guest, signal) {
      const room = await takeRoom(guest, signal);
      refill();
      let well = false;
      const keep = () => {
        well = true;
      };
      return { room, keep, [Symbol.dispose]: () => end({ room, ...guest }, well) };
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      dismiss(() => true, 'closing');
      await Promise.all([preparing, ...wiping.keys()]);
      await Promise.all(leaving);
    },
  };
}
