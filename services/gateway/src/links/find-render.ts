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
  /** How long what it shows is kept, in seconds. */
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
    const isOver = found.status === ScreenshotStatus.FAILED || found.status === ScreenshotStatus.CANCELLED;
    const endedMs = found.endedAt ? instantToMs(instantFromTimestamp(found.endedAt)) : nowMs;
    if (!isOver || nowMs < endedMs + firstPauseMs * 2 ** tried) return found;
  }
}

async function find(id: string, { intake, context }: Pick<Finding, 'intake' | 'context'>): Promise<Screenshot | undefined> {
  try {
    return present(await intake.getScreenshot({ id }, { context }));
  } catch (thrown) {
    if (Failure.from(thrown).kind === 'not_found') return undefined;
    throw thrown;
  }
}
