import type { CrawlRow } from './batch.ts';

/** The domain that a crawl stays in. */
export function crawlDomain({ startUrl, domain }: Pick<CrawlRow, 'startUrl' | 'domain'>): string {
  return domain === '' ? new URL(startUrl).hostname : domain;
}

/** Whether a host is a domain or below it. An address has none below it. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}

/** A domain as it is in URLs; undefined when it is none. */
export function canonicalDomain(domain: string): string | undefined {
  const url = `http://${domain}/`;
  if (!URL.canParse(url) || /[/?#@:\\\s]/.test(domain.replace(/^\[[\da-f:.]+\]$/i, ''))) return undefined;
  return new URL(url).hostname;
}

/** What is wrong with where a crawl is to look, as a field and a sentence. */
export function* crawlConflictsOf({ startUrl, domain }: Pick<CrawlRow, 'startUrl' | 'domain'>): Iterable<[field: string, says: string]> {
  if (domain === '' || !URL.canParse(startUrl)) return;
  const host = new URL(startUrl).hostname;
  const canonical = canonicalDomain(domain);
  if (canonical === undefined) yield ['crawl.domain', 'must be a domain such as example.com'];
  else if (!isWithin(host, canonical)) yield ['crawl.domain', 'must be the host of start_url or a domain above it'];
  else if (canonical !== host && !canonical.includes('.')) yield ['crawl.domain', 'must be a domain of somebody, and no top-level one'];
}
