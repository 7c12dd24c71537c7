import type { DeskService, Screenshot } from '@shotwire/contract';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import { unknownWebhook, untouchedWebhook, type WebhookState, webhookFromProto } from './translate.ts';

/** How long a read waits for the notifier before it goes without. */
const patienceMs = 1_000;

interface Question {
  desk: Pick<RpcClient<typeof DeskService>, 'listDeliveries'>;
  screenshots: readonly Screenshot[];
  context: Partial<CallContext>;
}

/** What became of the webhooks of some screenshots, asked in one call; never fails, since a screenshot is worth showing without. */
export async function askWebhooks({ desk, screenshots, context }: Question): Promise<(screenshot: Screenshot) => WebhookState | null> {
  const screenshotIds = screenshots.filter(({ webhookUrl }) => webhookUrl !== '').map(({ id }) => id);
  const answer =
    screenshotIds.length === 0
      ? undefined
      : await desk.listDeliveries({ screenshotIds }, { context, timeoutMs: patienceMs }).catch(() => undefined);
  const deliveries = new Map(answer?.deliveries.map((delivery) => [delivery.screenshotId, delivery]));
  return ({ id, webhookUrl }) => {
    if (webhookUrl === '') return null;
    if (!answer) return unknownWebhook;
    const delivery = deliveries.get(id);
    return delivery ? webhookFromProto(delivery) : untouchedWebhook;
  };
}
