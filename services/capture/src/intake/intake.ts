import { IntakeService, instantFromTimestamp, instantToTimestamp } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { depth } from '@shotwire/lanes';
import type { Postgres } from '@shotwire/postgres';
import { bind, type CallContext } from '@shotwire/rpc';
import type { Devices } from '../core/devices.ts';
import { screenshotToProto, statusFromProto } from '../core/screenshot.ts';
import { acceptWish } from '../core/wish.ts';
import { deleteScreenshot } from '../sql/delete-screenshot.ts';
import { findScreenshot, listScreenshots } from '../sql/find-screenshots.ts';
import { insertScreenshot } from '../sql/insert-screenshot.ts';

interface IntakeParts {
  postgres: Postgres;
  newId: () => string;
  /** A screenshot was committed, or an image is to be removed. */
  onCommitted: () => void;
  devices: Devices;
  queueLimit: number;
  leaseS: number;
  retentionHours: number;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An id as Postgres takes it. What is no UUID names nothing. */
function idOf({ id }: { id: string }): string {
  const lower = id.toLowerCase();
  if (!uuid.test(lower)) throw new Failure('not_found');
  return lower;
}

function accountOf({ account }: CallContext): string {
  if (!account) throw new Failure('invalid_api_key');
  return account;
}

/** The front door of capture: each call is one short transaction. */
export function intake({ postgres, newId, onCommitted, devices, queueLimit, leaseS, retentionHours }: IntakeParts) {
  return bind(IntakeService, {
    async createScreenshot(request, context) {
      const wish = { id: idOf(request), accountId: accountOf(context), ...acceptWish(request, devices), retentionHours, newEventId: newId };
      const row = await postgres.transaction(async (trx) => {
        if ((await depth(trx, queueLimit)) >= queueLimit) throw new Failure('queue_full', { retryAfterS: 10 });
        return (await insertScreenshot(trx, wish)) ?? (await findScreenshot(trx, wish));
      });
      if (!row) throw new Failure('validation_error', { fields: { id: ['is taken'] } });
      onCommitted();
      return { screenshot: screenshotToProto(row) };
    },

    async getScreenshot(request, context) {
      const wanted = { id: idOf(request), accountId: accountOf(context) };
      const row = await postgres.transaction((trx) => findScreenshot(trx, wanted));
      if (!row) throw new Failure('not_found');
      return { screenshot: screenshotToProto(row) };
    },

    async listScreenshots({ status, limit, after }, context) {
      const page = {
        accountId: accountOf(context),
        status: statusFromProto(status),
        after: after?.createdAt && { createdAt: instantFromTimestamp(after.createdAt), id: idOf(after) },
      };
      // One more than asked for tells whether there is a next page.
      const found = await postgres.transaction((trx) => listScreenshots(trx, { ...page, limit: limit + 1 }));
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return {
        screenshots: shown.map(screenshotToProto),
        ...(last && { next: { createdAt: instantToTimestamp(last.createdAt), id: last.id } }),
      };
    },

    async deleteScreenshot(request, context) {
      const wanted = { id: idOf(request), accountId: accountOf(context), eventId: newId(), leaseS };
      if (!(await postgres.transaction((trx) => deleteScreenshot(trx, wanted)))) throw new Failure('not_found');
      onCommitted();
      return {};
    },
  });
}
