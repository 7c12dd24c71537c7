import { isIP } from 'node:net';
import { plainAddress } from './plain-address.ts';

/**
 * A host as the URL standard reads it: lower case, punycode, numbers in any notation as a plain address,
 * no brackets, no trailing dot. Undefined when it is no host: empty, a zone id, brackets around a name, a URL's other parts.
 */
export function canonicalHost(text: string): string | undefined {
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1];
  if (bracketed !== undefined && isIP(bracketed) !== 6) return undefined;
  const literal = plainAddress(bracketed ?? text);
  if (literal) return literal;
  // What is left is a name or an IPv4 address in disguise; these would change which part of a URL is the host.
  const name = /[\s/?#@\\:%[\]]/.test(text) ? undefined : URL.parse(`http://${text}/`)?.hostname.replace(/\.$/, '');
  return name === undefined || name === '' || name.startsWith('.') || name.includes('..') || name.endsWith('.') ? undefined : name;
}

/** What a canonical host that means this machine resolves to, whatever DNS says (RFC 6761); undefined for all others. */
export function loopbackOf(host: string): string[] | undefined {
  return host === 'localhost' || host.endsWith('.localhost') ? ['127.0.0.1', '::1'] : undefined;
}
