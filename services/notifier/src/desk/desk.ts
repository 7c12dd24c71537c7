import { DeskService } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Postgres } from '@shotwire/postgres';
import { type BoundService, bind, type CallContext } from '@shotwire/rpc';
import { deliveryToProto } from '../core/delivery.ts';
import { secretToText } from '../core/signature.ts';
import { findDeliveries } from '../sql/find-deliveries.ts';
import { signingSecret } from '../sql/signing-secret.ts';

interface DeskParts {
  postgres: Postgres;
  newSecret: () => Buffer;
}

const maxIds = 100;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function accountOf({ account }: CallContext): string {
  if (!account) throw new Failure('invalid_api_key');
  return account;
}

/** Where the gateway asks about deliveries: each call is one short transaction. */
export function desk({ postgres, newSecret }: DeskParts): BoundService {
  return bind(DeskService, {
    async listDeliveries({ screenshotIds }, context) {
      const accountId = accountOf(context);
      if (screenshotIds.length > maxIds)
        throw new Failure('validation_error', { fields: { screenshot_ids: [`must be at most ${maxIds}`] } });
      // What is no UUID names nothing.
      const ids = screenshotIds.filter((id) => uuid.test(id));
      if (ids.length === 0) return { deliveries: [] };
      const found = await postgres.transaction((trx) => findDeliveries(trx, { accountId, screenshotIds: ids }));
      return { deliveries: found.map(deliveryToProto) };
    },

    async getSigningSecret(_, context) {
      const accountId = accountOf(context);
      const secret = await postgres.transaction((trx) => signingSecret(trx, { accountId, newSecret }));
      return { secret: secretToText(secret) };
    },
  });
}
