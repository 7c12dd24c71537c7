import { instantFromMs } from '@shotwire/contract';
import type { Transaction } from '@shotwire/postgres';
import { newsOfApp, newsOfDelivery, type Told } from '../core/news.ts';
import { type Keeping, keepEvent } from '../sql/keep-event.ts';
import type { Recorded, Recording } from '../sql/record-attempts.ts';

interface NewsParts extends Omit<Keeping, 'event'> {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** There is something to send. */
  wake: () => void;
}

/** Makes the events that follow from recorded attempts, and their deliveries, in the same transaction. */
export function createNews({ now, wake, ...keeping }: NewsParts) {
  return async (trx: Transaction, { recorded, disabled }: Recording): Promise<void> => {
    const made = { newId: keeping.newId, at: instantFromMs(now()) };
    const news = [...recorded.flatMap((one) => newsOfDelivery(toldOf(one), made)), ...disabled.map((app) => newsOfApp(app, made))];
    for (const event of news) if ((await keepEvent(trx, { event, ...keeping })).due > 0) wake();
  };
}

function toldOf({ ended: { claimed, verdict }, state }: Recorded): Told {
  const { webhookId, accountId, eventType, subjectId, target, event, body, attempt, failures } = claimed;
  return {
    webhookId,
    accountId,
    eventType,
    subjectId,
    appId: target.kind === 'url' ? null : target.appId,
    upload: target.kind === 's3' && event ? { event, objectKey: body.toString() } : undefined,
    attempts: attempt,
    failures,
    succeeded: verdict.kind === 'succeeded',
    state,
    lastError: verdict.kind === 'succeeded' ? '' : verdict.trouble,
    lastStatus: verdict.kind === 'spared' ? 0 : (verdict.status ?? 0),
  };
}
