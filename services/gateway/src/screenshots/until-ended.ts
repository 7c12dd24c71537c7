import { setTimeout } from 'node:timers/promises';
import { type IntakeService, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import { present } from './present.ts';

interface Wait {
  intake: Pick<RpcClient<typeof IntakeService>, 'getScreenshot'>;
  context: Partial<CallContext>;
  /** Aborts when nobody waits any more. */
  signal: AbortSignal;
  /** How long it may take. */
  waitMs: number;
}

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** The screenshot when it has ended, or as it is when the time is over. Failure `cancelled` when nobody waits any more. */
export async function untilEnded(id: string, { intake, context, signal, waitMs }: Wait): Promise<Screenshot> {
  const late = AbortSignal.timeout(waitMs);
  const either = AbortSignal.any([signal, late]);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const screenshot = present(await intake.getScreenshot({ id }, { context }));
    if (hasEnded(screenshot) || late.aborted) return screenshot;
    await setTimeout(pauseMs, undefined, { signal: either }).catch(() => {});
    if (signal.aborted) throw new Failure('cancelled');
  }
}

/** Whether nothing more becomes of it. */
export function hasEnded({ status }: Pick<Screenshot, 'status'>): boolean {
  return status !== ScreenshotStatus.PENDING && status !== ScreenshotStatus.PROCESSING;
}
