import { type IntakeService, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import type { CallContext, RpcClient } from '@shotwire/rpc';
import { one, oneOf, refuse, text, whole } from './read.ts';

/** Their words, and which of ours each stands for. */
const statuses = {
  processing: [ScreenshotStatus.PENDING, ScreenshotStatus.PROCESSING],
  finished: [ScreenshotStatus.COMPLETED],
  error: [ScreenshotStatus.FAILED, ScreenshotStatus.CANCELLED],
} as const;

const PAGE = 100;

/** What a list takes. */
export const listReaders = {
  limit: whole(1, PAGE),
  offset: whole(0, 1_000),
  status: oneOf('processing', 'finished', 'error'),
  tag: one(text(64)),
  country: refuse('cannot be asked for: lists are not kept by country'),
};

interface Wanted {
  limit?: number;
  offset?: number;
  status?: keyof typeof statuses;
  tag?: string;
  url?: string;
}

interface ListParts {
  intake: Pick<RpcClient<typeof IntakeService>, 'listScreenshots'>;
  context: Partial<CallContext>;
}

/** A page of the account's screenshots, newest first. */
export async function listScreenshots(parts: ListParts, { limit = 20, offset = 0, status, ...filter }: Wanted): Promise<Screenshot[]> {
  const [only, other] = status === undefined ? [ScreenshotStatus.UNSPECIFIED] : statuses[status];
  if (other === undefined) return (await parts.intake.listScreenshots({ ...filter, status: only, limit, offset }, parts)).screenshots;
  // One of theirs is two of ours, and a list of ours is of one: the newest of both are put together.
  const each = await Promise.all([only, other].map((ours) => newest(parts, { ...filter, status: ours }, offset + limit)));
  return each
    .flat()
    .sort((a, b) => Number(b.number - a.number))
    .slice(offset, offset + limit);
}

async function newest({ intake, context }: ListParts, filter: object, most: number): Promise<Screenshot[]> {
  const found: Screenshot[] = [];
  let after = 0n;
  do {
    const page = await intake.listScreenshots({ ...filter, after, limit: Math.min(PAGE, most - found.length) }, { context });
    found.push(...page.screenshots);
    after = page.next;
  } while (after > 0n && found.length < most);
  return found;
}
