import { canonicalHost } from './canonical-host.ts';

/** The caller's own HTTP proxy. `host` is canonical; `username` and `password` as they are meant, not as a URL spells them. */
export interface Upstream {
  host: string;
  port: number;
  username?: string;
  password?: string;
}

/** What is said to the URL of a proxy. `reason` is a sentence for whoever sent it and names nothing of it. */
export type UpstreamVerdict = { ok: true; upstream: Upstream } | { ok: false; reason: string };

const maxCharacters = 2048;

/**
 * Reads `http://host:port` or `http://user:password@host:port`; without a port, 80. Whether its address may be called is judged
 * when it is dialled.
 */
export function parseUpstream(text: string): UpstreamVerdict {
  if (text.length > maxCharacters) return invalid(`The proxy is longer than ${maxCharacters} characters.`);
  if (/\p{Cc}/u.test(text)) return invalid('The proxy contains control characters.');
  // The URL standard forgives missing and backward slashes; a host and port without a scheme would be read as a scheme and a path.
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return invalid('The proxy must begin with http://.');
  if (!/^http:/i.test(text)) return invalid('Only http:// proxies can be used.');
  const url = URL.parse(text);
  const host = url && canonicalHost(url.hostname);
  if (!url || !host || url.port === '0') return invalid('The proxy has no valid host and port.');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return invalid('The proxy must end after its host and port.');
  const [username, password] = [decoded(url.username), decoded(url.password)];
  if (username === undefined || password === undefined)
    return invalid("The proxy's user name or password is not valid percent-encoding, or contains control characters.");
  // Basic credentials end the name at the first colon.
  if (username.includes(':')) return invalid("The proxy's user name must not contain a colon.");
  const credentials = username !== '' || password !== '' ? { username, password } : {};
  return { ok: true, upstream: { host, port: Number(url.port || 80), ...credentials } };
}

function decoded(text: string): string | undefined {
  try {
    const meant = decodeURIComponent(text);
    return /\p{Cc}/u.test(meant) ? undefined : meant;
  } catch {
    return undefined;
  }
}

function invalid(reason: string): UpstreamVerdict {
  return { ok: false, reason };
}
