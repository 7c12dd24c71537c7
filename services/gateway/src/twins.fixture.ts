import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type CheckAppsRequest,
  type DeliverySchema,
  DeskService,
  IntakeService,
  instantFromMs,
  instantToTimestamp,
  type ListDeliveriesRequest,
  OptionsSchema,
  type Screenshot,
  ScreenshotSchema,
  ScreenshotStatus,
  type SealWebhookRequest,
  withRules,
} from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { bind, type CallContext, type Implementation } from '@shotwire/rpc';
import { twinBatches } from './twin-batches.fixture.ts';

const firstMs = Date.parse('2026-03-09T10:30:00Z');

/** Capture's front door with a map in place of a database. */
export function twinIntake(given: Partial<Implementation<typeof IntakeService>> = {}) {
  const screenshots = new Map<string, Screenshot>();
  const contexts: CallContext[] = [];
  const { calls: batchCalls, batches, asked: askedBatches } = twinBatches(screenshots);
  let made = 0;

  function find(id: string, { account }: CallContext, number = 0n): Screenshot {
    const found = number > 0n ? [...screenshots.values()].find((one) => one.number === number) : screenshots.get(id);
    if (!found || found.accountId !== account) throw new Failure('not_found');
    return found;
  }

  const bound = bind(IntakeService, {
    ...unexpected(IntakeService),
    ...batchCalls,
    async createScreenshot({ id, url, options, announcement, tags, externalId, metadata }, context) {
      contexts.push(context);
      const number = ++made;
      const screenshot = create(ScreenshotSchema, {
        id,
        accountId: context.account ?? '',
        url,
        options: withRules(OptionsSchema, options ?? create(OptionsSchema)).message,
        ...(announcement && { announcement }),
        tags,
        externalId,
        metadata,
        number: BigInt(number),
        status: ScreenshotStatus.PENDING,
        createdAt: instantToTimestamp(instantFromMs(firstMs + Math.floor(number / 2))),
      });
      screenshots.set(screenshot.id, screenshot);
      return { screenshot };
    },
    async getScreenshot({ id, number }, context) {
      contexts.push(context);
      return { screenshot: find(id, context, number) };
    },
    async listScreenshots({ status, limit, after, offset, url, tag, batchId, externalId }, { account }) {
      // Those of a batch come in the order of its rows.
      const placeOf = ({ number, batchRow }: Screenshot) => (batchId === '' ? -number : BigInt(batchRow));
      const from = batchId === '' ? -after : after;
      const found = [...screenshots.values()]
        .filter((one) => one.accountId === account && (status === 0 || one.status === status) && (after === 0n || placeOf(one) > from))
        .filter((one) => one.url.includes(url) && (tag === '' || one.tags.includes(tag)))
        .filter((one) => (batchId === '' || one.batchId === batchId) && (externalId === '' || one.externalId === externalId))
        .sort((a, b) => Number(placeOf(a) - placeOf(b)));
      const shown = found.slice(offset, offset + limit);
      const last = found.length > offset + limit ? shown.at(-1) : undefined;
      return { screenshots: shown, next: last ? (batchId === '' ? last.number : BigInt(last.batchRow)) : 0n };
    },
    async cancelScreenshot({ id }, context) {
      const screenshot = find(id, context);
      if (screenshot.status > ScreenshotStatus.PROCESSING) throw new Failure('already_ended');
      screenshot.status = ScreenshotStatus.CANCELLED;
      return { screenshot };
    },
    async retryScreenshot({ id, newId }, context) {
      const old = find(id, context);
      if (old.status < ScreenshotStatus.FAILED) throw new Failure('not_ended');
      const screenshot = { ...old, id: newId, number: BigInt(++made), status: ScreenshotStatus.PENDING, retryOf: id };
      screenshots.set(newId, screenshot);
      return { screenshot };
    },
    async getUsage({ from, to }, { account }) {
      const all = [
        { day: '2026-03-09', completed: 3, cached: 1, failed: 1, bytes: 300n },
        { day: '2026-03-11', completed: 2, cancelled: 1, bytes: 200n },
      ];
      const days = account === 'one' ? all.filter(({ day }) => from <= day && day <= to) : [];
      return { days, open: 5, inFlight: 2, storedBytes: 5_000_000_000n };
    },
    async deleteScreenshot({ id }, context) {
      find(id, context);
      screenshots.delete(id);
      return {};
    },
    ...given,
  });
  return { bound, screenshots, contexts, batches, askedBatches };
}

/** The notifier's desk with a list in place of a database. It knows every app, and seals nothing. */
export function twinDesk(given: Partial<Implementation<typeof DeskService>> = {}) {
  const asked: ListDeliveriesRequest[] = [];
  const sealed: SealWebhookRequest[] = [];
  const checked: CheckAppsRequest[] = [];
  /** Newest first. */
  const deliveries: MessageInitShape<typeof DeliverySchema>[] = [];
  const bound = bind(DeskService, {
    ...unexpected(DeskService),
    async listDeliveries(request) {
      asked.push(request);
      const from = Number(request.before);
      const found = deliveries.filter(({ subjectId = '' }) => request.subjectIds.includes(subjectId));
      const next = from + request.limit;
      return { deliveries: found.slice(from, next), next: next < found.length ? BigInt(next) : 0n };
    },
    async sealWebhook(request) {
      sealed.push(request);
      return { sealed: Buffer.from('sealed') };
    },
    async checkApps(request) {
      checked.push(request);
      return {};
    },
    async getSigningSecret(_, { account }) {
      return { secret: `whsec_${Buffer.from(account ?? '').toString('base64')}` };
    },
    ...given,
  });
  return { bound, asked, sealed, checked, deliveries };
}

/** A service whose every method was not expected to be called. */
function unexpected<S extends typeof IntakeService | typeof DeskService>({ methods }: S): Implementation<S> {
  const named = methods.map(({ localName }) => [
    localName,
    async () => {
      throw new Failure('internal', { cause: new Error(`${localName} was not expected`) });
    },
  ]);
  return Object.fromEntries(named) as unknown as Implementation<S>;
}
