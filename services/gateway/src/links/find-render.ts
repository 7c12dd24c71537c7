import { type IntakeService, instantFromTimestamp, instantToMs, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import { present } from '../screenshots/present.ts';
import { renderId } from './render-id.ts';

interface Finding {
  intake: Pick<RpcClient<typeof IntakeService>, 'getScreenshot'>;
  context: Partial<CallContext>;
  accountId: string;
  token: string;
  /** How long what it shows is shown at most, in seconds. */
  keptS: number;
  nowMs: number;
}

/** After its first failure a link is tried again when a minute has passed, then two, four and so on. */
const firstPauseMs = 60_000;

/** The screenshot that a link shows now, or the id that one is to have. */
export async function findRender({ intake, context, accountId, token, keptS, nowMs }: Finding): Promise<Screenshot | string> {
  const period = Math.floor(nowMs / 1000 / keptS);
  for (let tried = 0; ; tried++) {
    const id = renderId({ accountId, token, period, tried });
    const found = await find(id, { intake, context });
    if (!found) return id;
    if (nowMs < overMs(found, tried)) return found;
  }
}

/** When a screenshot is shown no longer: a picture as long as it is kept, a failure for the pause that follows it. */
function overMs({ status, endedAt, image }: Screenshot, tried: number): number {
  const isNo = status === ScreenshotStatus.FAILED || status === ScreenshotStatus.CANCELLED;
  if (isNo && endedAt) return instantToMs(instantFromTimestamp(endedAt)) + firstPauseMs * 2 ** tried;
  return image?.expiresAt ? instantToMs(instantFromTimestamp(image.expiresAt)) : Number.POSITIVE_INFINITY;
}

async function find(id: string, { intake, context }: Pick<Finding, 'intake' | 'context'>): Promise<Screenshot | undefined> {
  try {
    return present(await intake.getScreenshot({ id }, { context }));
  } catch (thrown) {
    if (Failure.from(thrown).kind === 'not_found') return undefined;
    throw thrown;
  }
}
