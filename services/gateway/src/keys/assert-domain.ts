import { Failure } from '@shotwire/failures';
import type { ApiKey } from './api-key.ts';

/**
 * Whether a key may capture that address: its host is one of the key's domains or below one. A page that came with the wish has no
 * address, and a key with domains may not bring one. No key, as behind a link, is no limit: who made the link was asked.
 * Failure `domain_not_allowed`.
 */
export function assertDomain(key: Pick<ApiKey, 'domains'> | undefined, url: string | undefined): void {
  const domains = key?.domains ?? [];
  if (domains.length === 0) return;
  const host = hostOf(url);
  if (domains.some((domain) => host === domain || host?.endsWith(`.${domain}`))) return;
  throw new Failure('domain_not_allowed', { says: `This API key may only capture pages of ${domains.join(', ')}.` });
}

/** The host of a URL as DNS knows it, without the dot that may end it. */
function hostOf(url = ''): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined;
}

/** A domain as {@link assertDomain} compares it, in lower case and Punycode; undefined for what is none. */
export function domainOf(text: string): string | undefined {
  const host = hostOf(`http://${text}/`);
  // A name goes through the parser as a whole; with a port, a path or a user it comes out as less.
  const isName = /^[^\s/?#@:[\]\\%*]{1,253}$/.test(text) && host !== undefined && host !== '' && !host.startsWith('.');
  return isName ? host : undefined;
}
