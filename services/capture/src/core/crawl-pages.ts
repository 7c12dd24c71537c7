import { isWithin } from './crawl-domain.ts';
import { canonicalEscapes } from './url-escapes.ts';

/** Pages that one page adds at most. */
const MOST_OF_A_PAGE = 1_000;
/** As long as the URL of a wish. */
const LONGEST = 2_048;
/** Sites that make up pages do it by ever more parameters, or ever deeper. */
const MOST_PARAMETERS = 10;
const DEEPEST = 20;
/** How often a segment may come in one path: /a/b/a/b/a/b is a relative link that leads ever deeper. */
const MOST_REPEATED = 3;
/** What a browser saves, or shows without a page. */
const noPage =
  /\.(7z|apk|avif|avi|bin|bmp|bz2|css|csv|deb|dmg|docx?|epub|exe|gif|gz|ico|iso|jar|jpe?g|js|json|m4a|m4v|mkv|mov|mp3|mp4|mpe?g|msi|odt|ogg|ogv|pdf|png|pptx?|rar|rpm|rss|svg|tar|tgz|tiff?|wasm|wav|webm|webp|woff2?|xlsx?|xml|xz|zip)$/i;

/** A URL as a crawl compares it, and captures it: two that ask a server for the same are one. Undefined when it is no page of the web. */
export function pageUrlOf(text: string): string | undefined {
  if (text.length > 2 * LONGEST || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  const path = canonicalEscapes(url.pathname);
  const query = url.search.length > 1 ? canonicalEscapes(url.search) : '';
  const canonical = `${url.origin}${path}${query}`;
  return canonical.length > LONGEST ? undefined : canonical;
}

/** The pages among links that belong to a crawl, each once, in the order of the links. */
export function pagesAmong(links: Iterable<string>, domain: string): string[] {
  const pages = new Set<string>();
  for (const link of links) {
    const page = pageUrlOf(link);
    if (page !== undefined && belongs(new URL(page), domain)) pages.add(page);
    if (pages.size === MOST_OF_A_PAGE) break;
  }
  return [...pages];
}

/** A page without its query: of those that differ in nothing else a crawl takes so many and no more. */
export function pathOf(page: string): string {
  return page.split('?', 1)[0] as string;
}

function belongs({ hostname, pathname, searchParams }: URL, domain: string): boolean {
  if (!isWithin(hostname, domain) || noPage.test(pathname) || searchParams.size > MOST_PARAMETERS) return false;
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const times = Object.values(Object.groupBy(segments, (segment) => segment)).map((same = []) => same.length);
  return segments.length <= DEEPEST && Math.max(0, ...times) <= MOST_REPEATED;
}
