import { type Delivery, type DeskService, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import { type Progress, progressOf, type ShownDelivery, shownDelivery, unknown, untouched } from './delivery-words.ts';

/** How long a read waits for the notifier before it goes without. */
const patienceMs = 1_000;
/** The most that it tells at once. */
const pageSize = 500;

/** What became of those that were to be told. */
export interface Told {
  /** Of the end at the webhook_url; null when that is not told of it. */
  webhook: Progress | null;
  /** All, oldest first, where apps were chosen; null when nobody can be asked now. */
  deliveries?: readonly ShownDelivery[] | null;
}

interface Question {
  desk: Pick<RpcClient<typeof DeskService>, 'listDeliveries'>;
  screenshots: readonly Screenshot[];
  context: Partial<CallContext>;
}

/** What became of the deliveries about some screenshots; never fails, since a screenshot is worth showing without. */
export async function askDeliveries({ desk, screenshots, context }: Question): Promise<(screenshot: Screenshot) => Told> {
  const subjectIds = screenshots.filter((one) => tellsUrl(one) || hasApps(one)).map(({ id }) => id);
  const answer = subjectIds.length === 0 ? [] : await allDeliveries(desk, subjectIds, context).catch(() => undefined);
  const bySubject = answer && Map.groupBy(answer, ({ subjectId }) => subjectId);
  return (screenshot) => toldOf(screenshot, bySubject && (bySubject.get(screenshot.id) ?? []));
}

/** What is known of a screenshot that was just made, without asking. */
export function toldNothing(screenshot: Screenshot): Told {
  return toldOf(screenshot, []);
}

function toldOf(screenshot: Screenshot, found: readonly Delivery[] | undefined): Told {
  const toUrl = found?.find(({ appId, eventType }) => appId === '' && endings.includes(eventType));
  const known = toUrl ? progressOf(toUrl) : untouched;
  return {
    webhook: tellsUrl(screenshot) ? (found ? known : unknown) : null,
    // They come newest first.
    ...(hasApps(screenshot) && { deliveries: found?.map(shownDelivery).reverse() ?? null }),
  };
}

async function allDeliveries(desk: Question['desk'], subjectIds: readonly string[], context: Partial<CallContext>): Promise<Delivery[]> {
  const late = AbortSignal.timeout(patienceMs);
  const signal = context.signal ? AbortSignal.any([context.signal, late]) : late;
  const found: Delivery[] = [];
  let before = 0n;
  do {
    const request = { subjectIds: [...subjectIds], limit: pageSize, before };
    const { deliveries, next } = await desk.listDeliveries(request, { context: { ...context, signal }, timeoutMs: patienceMs });
    found.push(...deliveries);
    before = next;
  } while (before !== 0n);
  return found;
}

const endings = ['screenshot.completed', 'screenshot.failed'];

/** Whether the webhook_url is told how the screenshot ends or has ended. */
function tellsUrl({ announcement, status }: Screenshot): boolean {
  if (!announcement?.webhookUrl) return false;
  const possible = endings.filter(
    (ending) =>
      !(status === ScreenshotStatus.COMPLETED && ending !== 'screenshot.completed') &&
      !(status === ScreenshotStatus.FAILED && ending !== 'screenshot.failed'),
  );
  return announcement.webhookEvents.length === 0 || possible.some((ending) => announcement.webhookEvents.includes(ending));
}

function hasApps({ announcement }: Screenshot): boolean {
  return Object.keys(announcement?.apps ?? {}).length > 0;
}
