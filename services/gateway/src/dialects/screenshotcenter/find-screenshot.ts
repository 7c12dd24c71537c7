import type { IntakeService, Screenshot } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import { callContext, goneSignal } from '../../http/call-context.ts';
import { present } from '../../screenshots/present.ts';
import type { Call } from './call.ts';
import type { Named } from './ids.ts';

/** A screenshot of the account that asks. Failure `not_found`. */
export async function findScreenshot(
  intake: Pick<RpcClient<typeof IntakeService>, 'getScreenshot'>,
  { request, reply }: Call,
  id: Named,
): Promise<Screenshot> {
  return present(await intake.getScreenshot(id, { context: { ...callContext(request), signal: goneSignal(reply) } }));
}
