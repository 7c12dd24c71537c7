import { create } from '@bufbuild/protobuf';
import {
  type DeliveryState,
  DeskService,
  IntakeService,
  instantFromMs,
  instantToTimestamp,
  OptionsSchema,
  type Screenshot,
  ScreenshotSchema,
  ScreenshotStatus,
  withRules,
} from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { bind, type CallContext, type Implementation } from '@shotwire/rpc';

const firstMs = Date.parse('2026-03-09T10:30:00Z');

/** Capture's front door with a map in place of a database. */
export function twinIntake(given: Partial<Implementation<typeof IntakeService>> = {}) {
  const screenshots = new Map<string, Screenshot>();
  const contexts: CallContext[] = [];
  let made = 0;

  function find(id: string, { account }: CallContext): Screenshot {
    const found = screenshots.get(id);
    if (!found || found.accountId !== account) throw new Failure('not_found');
    return found;
  }

  const bound = bind(IntakeService, {
    async createScreenshot({ id, url, options, webhookUrl }, context) {
      contexts.push(context);
      const number = ++made;
      const screenshot = create(ScreenshotSchema, {
        id,
        accountId: context.account ?? '',
        url,
        options: withRules(OptionsSchema, options ?? create(OptionsSchema)).message,
        webhookUrl,
        status: ScreenshotStatus.PENDING,
        // Two at a time share a moment, so that the id must decide.
        createdAt: instantToTimestamp(instantFromMs(firstMs + Math.floor(number / 2))),
      });
      screenshots.set(screenshot.id, screenshot);
      return { screenshot };
    },
    async getScreenshot({ id }, context) {
      contexts.push(context);
      return { screenshot: find(id, context) };
    },
    async listScreenshots({ status, limit, after }, { account }) {
      const order = ({ id, createdAt }: { id: string; createdAt?: { seconds: bigint; nanos: number } | undefined }) =>
        `${createdAt?.seconds}.${String(createdAt?.nanos).padStart(9, '0')} ${id}`;
      const found = [...screenshots.values()]
        .filter((one) => one.accountId === account && (status === 0 || one.status === status) && (!after || order(one) < order(after)))
        .sort((a, b) => (order(a) < order(b) ? 1 : -1));
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return { screenshots: shown, ...(last?.createdAt && { next: { createdAt: last.createdAt, id: last.id } }) };
    },
    async deleteScreenshot({ id }, context) {
      find(id, context);
      screenshots.delete(id);
      return {};
    },
    ...given,
  });
  return { bound, screenshots, contexts };
}

/** The notifier's desk with a list in place of a database. */
export function twinDesk(given: Partial<Implementation<typeof DeskService>> = {}) {
  const asked: string[][] = [];
  const deliveries: {
    id: string;
    screenshotId: string;
    state: DeliveryState;
    attempts: number;
    nextAttemptAt?: ReturnType<typeof instantToTimestamp> | undefined;
    lastStatus: number;
    lastError: string;
  }[] = [];
  const bound = bind(DeskService, {
    async listDeliveries({ screenshotIds }) {
      asked.push(screenshotIds);
      return { deliveries: deliveries.filter(({ screenshotId }) => screenshotIds.includes(screenshotId)) };
    },
    async getSigningSecret(_, { account }) {
      return { secret: `whsec_${Buffer.from(account ?? '').toString('base64')}` };
    },
    ...given,
  });
  return { bound, asked, deliveries };
}
