import { create, toBinary } from '@bufbuild/protobuf';
import {
  type Announcement,
  AnnouncementSchema,
  type CreateBatchRequest,
  CreateBatchRequestSchema,
  type CreateScreenshotRequest,
  CreateScreenshotRequestSchema,
  type Options,
  OptionsSchema,
  Priority,
  type RuleProblems,
  withRules,
} from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { CrawlRow } from './batch.ts';
import { mergeWish } from './merge-wish.ts';
import { acceptOptions } from './options.ts';
import { type AcceptedWish, acceptWish, type House, longestAnnouncement } from './wish.ts';

/** What a client wishes for as a batch. */
export interface AcceptedBatch {
  /** Null when nobody is to be told of its end. */
  announcement: Announcement | null;
  externalId: string;
  crawl: CrawlRow | null;
  /** The rows' wishes in their order. */
  wishes: AcceptedWish[];
}

/** Rows that a batch may have. */
const MOST_ROWS = 10_000;
/** Rows of which is said what is wrong with them. */
const MOST_WRONG = 100;

/**
 * A batch, checked as a whole. Failure `validation_error` names each field that is wrong: `width` where it is said for all rows,
 * `requests[17].width` where a row says it.
 */
export function acceptBatch(request: CreateBatchRequest, house: House): AcceptedBatch {
  const { externalId, crawl: wantedCrawl, announcement, common = create(CreateScreenshotRequestSchema) } = request;
  const said = { externalId, ...(wantedCrawl && { crawl: wantedCrawl }), ...(announcement && { announcement }) };
  const whole = create(CreateBatchRequestSchema, said);
  const { message, problems } = withRules(CreateBatchRequestSchema, whole);
  const crawl = message.crawl;
  if (crawl && request.rows.length > 0) problems.crawl ??= ['cannot go with requests: it finds its pages'];
  if (!crawl && (request.rows.length < 1 || request.rows.length > MOST_ROWS))
    problems.requests = [`must have from 1 to ${MOST_ROWS.toLocaleString('en')} entries`];
  const announced = announcement ? toBinary(AnnouncementSchema, announcement).length : 0;
  if (announced > longestAnnouncement) problems.announcement = [`must be at most ${longestAnnouncement / 1024} KiB all together`];
  const first = create(CreateScreenshotRequestSchema, { url: crawl?.startUrl ?? '' });
  const accept = onceEach((given) => acceptOptions(given, house.devices));
  collect(problems, () => acceptWish(mergeWish(common, create(CreateScreenshotRequestSchema, { url: somePage })), house, accept));
  refuse(problems);

  const wishes = acceptRows(crawl ? [first] : request.rows, { common, house, accept });
  return {
    announcement: announcement && announced > 0 ? announcement : null,
    externalId,
    crawl: crawl
      ? {
          startUrl: crawl.startUrl,
          domain: crawl.domain.toLowerCase(),
          maxUrls: crawl.maxUrls as number,
          ignoreRobots: crawl.ignoreRobots as boolean,
          discovered: 1,
        }
      : null,
    wishes,
  };
}

/** What is said for all rows is checked as if it were said of this page, so that it is named once and not in every row. */
const somePage = 'https://example.com/';

function acceptRows(
  rows: readonly CreateScreenshotRequest[],
  { common, house, accept }: { common: CreateScreenshotRequest; house: House; accept: (given: Options) => Options },
): AcceptedWish[] {
  const problems: RuleProblems = {};
  const wishes: AcceptedWish[] = [];
  let wrong = 0;
  for (const [index, row] of rows.entries()) {
    const wish = mergeWish(common, row);
    // Nobody waits for one row of many, unless someone says so.
    wish.priority ??= Priority.BATCH;
    const accepted = collect(problems, () => acceptWish(wish, house, accept), `requests[${index}].`);
    if (accepted) wishes.push(accepted);
    else wrong += 1;
    if (wrong === MOST_WRONG) break;
  }
  refuse(problems);
  return wishes;
}

/** Makes each result once: rows mostly ask for the same. */
function onceEach(accept: (given: Options) => Options): (given: Options) => Options {
  const known = new Map<string, Options>();
  return (given) => {
    const key = Buffer.from(toBinary(OptionsSchema, given)).toString('latin1');
    const accepted = known.get(key) ?? accept(given);
    known.set(key, accepted);
    return accepted;
  };
}

function collect<T>(problems: RuleProblems, act: () => T, at = ''): T | undefined {
  try {
    return act();
  } catch (thrown) {
    const { fields } = Failure.from(thrown);
    if (!fields) throw thrown;
    for (const [field, sentences] of Object.entries(fields)) problems[at + field] ??= [...sentences];
    return undefined;
  }
}

function refuse(problems: RuleProblems): void {
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
}
