import { setTimeout } from 'node:timers/promises';
import { type IntakeService, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import type { Tail } from '@shotwire/events';
import { Failure } from '@shotwire/failures';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import { present } from './present.ts';

/** The tail of the events, as those who wait for one use it. */
export interface ClosingTail extends Pick<Tail, 'hear'> {
  /** Aborts when the gateway closes: then there is nothing to be waited for any more. */
  closing: AbortSignal;
}

interface Wait {
  intake: Pick<RpcClient<typeof IntakeService>, 'getScreenshot'>;
  tail: ClosingTail;
  context: Partial<CallContext>;
  /** Aborts when nobody waits any more. */
  signal: AbortSignal;
  /** How long it may take. */
  waitMs: number;
}

/** How long the tail has to begin, so that one look is enough at first. */
const beginMs = 250;
/** Between two looks: long where the tail says when to look, and might have missed it; short where NATS is away. */
const pauses = { heard: { firstMs: 2_000, longestMs: 15_000 }, deaf: { firstMs: 50, longestMs: 1_000 } };

/** The screenshot when it has ended, or as it is when the time is over. Failure `cancelled` when nobody waits any more. */
export async function untilEnded(id: string, { intake, tail, context, signal, waitMs }: Wait): Promise<Screenshot> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(waitMs), tail.closing]);
  const rest = createRest(over);
  using ear = tail.hear(id, rest.wake);
  let kind: keyof typeof pauses = 'deaf';
  void ear.hears.then(() => {
    kind = 'heard';
    rest.wake();
  });
  await rest.atMost(beginMs);
  for (let looks = 0; ; looks++) {
    rest.begin();
    const lastLook = over.aborted;
    if (signal.aborted) throw new Failure('cancelled');
    const screenshot = present(await intake.getScreenshot({ id }, { context }));
    if (hasEnded(screenshot) || lastLook) return screenshot;
    const { firstMs, longestMs } = pauses[kind];
    await rest.atMost(Math.min(firstMs * 1.5 ** looks, longestMs));
  }
}

/** Whether nothing more becomes of it. */
export function hasEnded({ status }: Pick<Screenshot, 'status'>): boolean {
  return status !== ScreenshotStatus.PENDING && status !== ScreenshotStatus.PROCESSING;
}

/** Pauses that end early when somebody wakes, be it before they have begun. */
function createRest(over: AbortSignal) {
  let woken = new AbortController();
  return {
    wake: () => woken.abort(),
    /** Forgets the wakes so far. */
    begin: () => {
      woken = new AbortController();
    },
    atMost: (ms: number) => setTimeout(ms, undefined, { signal: AbortSignal.any([over, woken.signal]) }).catch(() => {}),
  };
}
