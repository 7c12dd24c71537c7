import { type Event, instantFromMs } from '@shotwire/contract';
import type { Transaction } from '@shotwire/postgres';
import { newsOfApp, newsOfDelivery, type Told } from '../core/news.ts';
import type { GivenUp } from '../sql/find-given-up.ts';
import { type Keeping, keepEvent } from '../sql/keep-event.ts';
import type { Recorded, Recording } from '../sql/record-attempts.ts';

interface NewsParts extends Omit<Keeping, 'event'> {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** There is something to send. */
  wake: () => void;
}

/** Tells what has become of deliveries and apps, in the transaction in which it did. */
export interface News {
  ofRecording(trx: Transaction, recording: Recording): Promise<void>;
  ofGivenUp(trx: Transaction, givenUp: readonly GivenUp[]): Promise<void>;
}

/** Makes the events that follow from what was recorded, and their deliveries. */
export function createNews({ now, wake, ...keeping }: NewsParts): News {
  const made = () => ({ newId: keeping.newId, at: instantFromMs(now()) });
  const keep = async (trx: Transaction, news: readonly Event[]) => {
    for (const event of news) if ((await keepEvent(trx, { event, ...keeping })).due > 0) wake();
  };
  return {
    ofRecording: (trx, { recorded, disabled }) =>
      keep(trx, [...recorded.flatMap((one) => newsOfDelivery(toldOf(one), made())), ...disabled.map((app) => newsOfApp(app, made()))]),
    ofGivenUp: (trx, givenUp) =>
      keep(
        trx,
        givenUp.flatMap((one) => newsOfDelivery({ ...one, succeeded: false, state: 'failed', lastStatus: 0 }, made())),
      ),
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
