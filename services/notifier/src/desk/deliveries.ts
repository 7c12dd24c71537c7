import { type DeskService, instantFromMs, instantFromTimestamp, instantToMs } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Implementation } from '@shotwire/rpc';
import { findApp } from '../sql/apps.ts';
import { findAttempts } from '../sql/find-attempts.ts';
import { findDelivery, listDeliveries } from '../sql/find-deliveries.ts';
import { countRecoverable, recoverDeliveries } from '../sql/recover-deliveries.ts';
import { redeliver } from '../sql/redeliver.ts';
import { accountOf, found, idOf, refuse } from './caller.ts';
import { choiceOf } from './delivery-choice.ts';
import type { DeskParts } from './parts.ts';
import { showAttempt, showDelivery } from './show-delivery.ts';

const RECOVERED_FOR_DAYS = 14;
/** Whoever asks for just these days has been on the way for a moment. */
const SLACK_MS = 60_000;

type Calls = Pick<Implementation<typeof DeskService>, 'listDeliveries' | 'getDelivery' | 'redeliver' | 'recoverDeliveries'>;

/** The calls about deliveries. */
export function deliveryCalls({ postgres, now, onDue }: DeskParts): Calls {
  return {
    async listDeliveries(request, context) {
      const choice = choiceOf(request, accountOf(context));
      if (!choice) return {};
      const { limit } = choice;
      // One more than asked for tells whether there is a next page.
      const rows = await postgres.transaction((trx) => listDeliveries(trx, { ...choice, limit: limit + 1 }));
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return { deliveries: shown.map(showDelivery), next: BigInt(last?.sequence ?? 0) };
    },

    async getDelivery({ id: webhookId }, context) {
      const named = { accountId: accountOf(context), webhookId };
      const { row, attempts } = await postgres.transaction(async (trx) => {
        const delivery = found(await findDelivery(trx, named));
        return { row: delivery, attempts: await findAttempts(trx, delivery.id) };
      });
      return { delivery: showDelivery(row), body: row.body ?? new Uint8Array(), attempts: attempts.map(showAttempt) };
    },

    async redeliver({ id: webhookId }, context) {
      const named = { accountId: accountOf(context), webhookId };
      const row = await postgres.transaction(async (trx) => {
        const became = await redeliver(trx, named);
        if (became !== 'due') throw new Failure(became);
        return found(await findDelivery(trx, named));
      });
      onDue();
      return { delivery: showDelivery(row) };
    },

    async recoverDeliveries({ appId, since, until, preview }, context) {
      const accountId = accountOf(context);
      const from = since && instantFromTimestamp(since);
      const to = until ? instantFromTimestamp(until) : instantFromMs(now());
      const earliestMs = now() - RECOVERED_FOR_DAYS * 86_400_000 - SLACK_MS;
      if (!from) throw new Failure('validation_error', { fields: { since: ['is required'] } });
      refuse({
        ...(instantToMs(from) < earliestMs && { since: [`must be at most ${RECOVERED_FOR_DAYS} days ago`] }),
        ...(until && to <= from && { until: ['must be after since'] }),
      });
      const choice = { accountId, appId: appId === '' ? null : idOf(appId), since: from, until: to };
      const deliveries = await postgres.transaction(async (trx) => {
        if (choice.appId) found(await findApp(trx, { accountId, id: choice.appId }));
        return preview ? countRecoverable(trx, choice) : recoverDeliveries(trx, choice);
      });
      if (!preview && deliveries > 0) onDue();
      return { deliveries };
    },
  };
}
