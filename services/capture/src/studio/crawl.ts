import { setImmediate as othersFirst } from 'node:timers/promises';
import { deadline } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CrawlRow } from '../core/batch.ts';
import { crawlDomain, isWithin } from '../core/crawl-domain.ts';
import { pagesAmong } from '../core/crawl-pages.ts';
import { noneAllowed, type RobotsRules } from '../core/robots-rules.ts';
import type { Found } from '../sql/add-pages.ts';
import type { Links, Robots } from './camera.ts';

interface Crawling {
  crawl: CrawlRow;
  robots: Robots;
  signal: AbortSignal;
}

/** Sites that are asked for their robots.txt on account of one page; what is on others is left for other pages to find. */
const MOST_SITES = 20;
const ASKING_MS = 15_000;
/** For how long rules are held against the links of one page: rules may be made to be dear. */
const JUDGING_MS = 2_000;

/** Failure `robots_refused` when a crawl may not even begin. */
export async function mayBegin({ crawl: { startUrl, ignoreRobots }, robots, signal }: Crawling): Promise<void> {
  if (ignoreRobots) return;
  const url = new URL(startUrl);
  const rules = await robots.rulesFor(url.origin, signal);
  if (rules === noneAllowed)
    throw new Failure('robots_refused', { says: 'The robots.txt of the site could not be read, which asks robots to stay away.' });
  if (!rules.allows(url)) throw new Failure('robots_refused');
}

/** What a page of a crawl leads to: pages of its domain that robots may visit. */
export async function pagesFrom({ crawl, robots, signal }: Crawling, { from, urls }: Links): Promise<Found> {
  const found = { startUrl: crawl.startUrl, from };
  const domain = crawlDomain(crawl);
  // A page that led away from the domain does not lead back.
  if (!URL.canParse(from) || !isWithin(new URL(from).hostname, domain)) return { ...found, pages: [] };
  const pages = pagesAmong(urls, domain);
  return { ...found, pages: crawl.ignoreRobots ? pages : await allowed(pages, robots, signal) };
}

async function allowed(pages: readonly string[], robots: Robots, signal: AbortSignal): Promise<string[]> {
  const origins = [...new Set(pages.map((page) => new URL(page).origin))].slice(0, MOST_SITES);
  using limit = deadline(ASKING_MS, new Failure('timeout'), signal);
  const asked = origins.map(async (origin): Promise<[string, RobotsRules]> => {
    const rules = await robots.rulesFor(origin, limit.signal).catch(() => noneAllowed);
    return [origin, rules];
  });
  const rulesOf = new Map(await Promise.all(asked));
  signal.throwIfAborted();
  const begun = performance.now();
  const visitable: string[] = [];
  for (const page of pages) {
    if (performance.now() - begun > JUDGING_MS) break;
    const url = new URL(page);
    if (rulesOf.get(url.origin)?.allows(url)) visitable.push(page);
    await othersFirst();
  }
  return visitable;
}
