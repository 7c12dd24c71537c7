import { setImmediate } from 'node:timers/promises';
import type { CreateScreenshotRequest } from '@shotwire/contract';
import { checkUrl } from '@shotwire/egress';
import { Failure, type FieldProblems } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';
import { assertDomain } from '../keys/assert-domain.ts';
import { judgeShape } from '../schema/judge-shape.ts';
import { unfitTexts } from '../schema/unfit-texts.ts';
import { judgeWish } from '../screenshots/judge-wish.ts';
import type { Wish } from '../screenshots/schema.ts';
import { wishToProto } from '../screenshots/translate.ts';
import { collectProblems, type Problems } from './problems.ts';
import { batchSchema, mostRows, rowSchema, sources } from './schema.ts';

type WishRules = Parameters<typeof judgeWish>[2];

/** Where a batch is to look for its pages. */
export interface CrawlWish {
  start_url: string;
  domain?: string;
  max_urls?: number;
  ignore_robots?: boolean;
}

/** A batch that may be made, as far as that is known here. */
export interface JudgedBatch {
  common: Wish;
  externalId: string;
  /** As they travel. */
  rows: CreateScreenshotRequest[];
  crawl: CrawlWish | undefined;
}

interface Judging {
  /** What is wrong already. */
  problems: FieldProblems;
  /** What the client calls a row, by its index. */
  nameRow: ((index: number) => string) | undefined;
  rules: WishRules;
}

/** Rows after which others may have the processor. */
const rowsAtOnce = 100;
/** What is said for all rows is judged as if it were said of this page. */
const somePage = 'https://example.com/';

/**
 * Judges a batch and each of its rows, the first things that are wrong all at once.
 * Failure `validation_error`, or `blocked_url` or `domain_not_allowed` when that is all there is.
 */
export async function judgeBatch(
  request: FastifyRequest,
  body: unknown,
  { problems: known, nameRow, rules }: Judging,
): Promise<JudgedBatch> {
  const problems = collectProblems(known);
  if (!isObject(body)) throw new Failure('validation_error', { fields: { ...known, body: ['must be a JSON object'] } });
  const { urls, requests, crawl, external_id: externalId = '', ...common } = body;
  const shape = judgeShape(request, batchSchema, body);
  problems.add(shape);
  judgeSources(body, problems);
  // Rows are not its business, and of a wrong shape nothing is walked through.
  const wrong = Object.fromEntries(Object.entries(shape).filter(([field]) => !/^(urls|requests|crawl)\b/.test(field)));
  problems.keep(() => judgeWish({ ...common, external_id: externalId, url: somePage }, wrong, rules));
  if (crawl !== undefined && problems.isEmpty) judgeCrawl(request, crawl as CrawlWish, problems, rules);

  const rows: CreateScreenshotRequest[] = [];
  const [list, name] = Array.isArray(urls) ? [urls, 'urls'] : [Array.isArray(requests) ? requests : [], 'requests'];
  for (const [index, row] of list.length > mostRows ? [] : list.entries()) {
    if (problems.isFull) break;
    const place = nameRow?.(index) ?? `${name}[${index}]`;
    const wish = name === 'urls' ? { url: row } : row;
    const nameOf = (field: string) => (field === 'body' || (name === 'urls' && field === 'url') ? place : `${place}.${field}`);
    problems.keep(() => {
      const judged = judgeWish(wish, judgeShape(request, rowSchema, wish), rules);
      assertDomain(request.key, judged.url);
      if (problems.isEmpty) rows.push(wishToProto(judged, {}));
    }, nameOf);
    if (index % rowsAtOnce === rowsAtOnce - 1) await setImmediate();
  }
  problems.refuse();
  return { common: common as Wish, externalId: externalId as string, rows, crawl: crawl as CrawlWish | undefined };
}

function judgeSources(body: Record<string, unknown>, problems: Problems): void {
  const given = sources.filter((source) => body[source] !== undefined);
  const [first, second] = given;
  if (!first) problems.add({ requests: ['is required, or urls, or crawl'] });
  if (second) problems.add({ [second]: ['must be the only one of urls, requests and crawl'] });
  for (const source of given) {
    const rows = body[source];
    if (Array.isArray(rows) && rows.length === 0) problems.add({ [source]: [`must have from 1 to ${mostRows} entries`] });
  }
}

/** A crawl goes to its domain and below it, so a key must be allowed all of that. */
function judgeCrawl(request: FastifyRequest, crawl: CrawlWish, problems: Problems, { allow }: WishRules): void {
  problems.add(unfitTexts(crawl, 'crawl'));
  if (!problems.isEmpty) return;
  const verdict = checkUrl(crawl.start_url, { schemes: ['http:', 'https:'], allow });
  const fields = { 'crawl.start_url': verdict.ok ? [] : [verdict.reason] };
  problems.keep(() => {
    if (!verdict.ok) throw new Failure(verdict.kind === 'blocked' ? 'blocked_url' : 'validation_error', { fields });
    assertDomain(request.key, crawl.start_url);
  }, named('crawl.start_url'));
  if (crawl.domain) problems.keep(() => assertDomain(request.key, `https://${crawl.domain}/`), named('crawl.domain'));
}

const named = (name: string) => () => name;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
