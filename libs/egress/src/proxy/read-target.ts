import type { IncomingMessage } from 'node:http';
import { canonicalHost } from '../canonical-host.ts';
import type { Target } from './ledger.ts';

/** The target of a CONNECT request; undefined when it is not `host:port` or when Host says otherwise. */
export function tunnelTarget(request: IncomingMessage): Target | undefined {
  const target = readAuthority(request.url ?? '');
  return target && hostAgrees(request, target, target.port) ? target : undefined;
}

/** The target and path of a request in absolute form; undefined when it is not plain HTTP in that form, or when Host says otherwise. */
export function plainTarget(request: IncomingMessage): (Target & { path: string }) | undefined {
  const text = request.url ?? '';
  const url = /^http:\/\//i.test(text) ? URL.parse(text) : null;
  const host = url && canonicalHost(url.hostname);
  if (!url || !host || url.username !== '' || url.password !== '') return undefined;
  const target = { host, port: Number(url.port || 80), path: url.pathname + url.search };
  return target.port > 0 && hostAgrees(request, target, 80) ? target : undefined;
}

/** A target as the authority of a URL, without the port if it is the default one. */
export function authority({ host, port }: Target, defaultPort: number | undefined): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === defaultPort ? name : `${name}:${port}`;
}

// Two names in one request is how a filter and a server are made to disagree.
function hostAgrees(request: IncomingMessage, target: Target, defaultPort: number): boolean {
  const { rawHeaders } = request;
  let given: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.length !== 4 || rawHeaders[at]?.toLowerCase() !== 'host') continue;
    if (given !== undefined) return false;
    given = rawHeaders[at + 1] ?? '';
  }
  // How nearly every browser writes it, and cheaper than reading it.
  if (given === authority(target, defaultPort)) return true;
  const named = readAuthority(given ?? '', defaultPort);
  return named?.host === target.host && named.port === target.port;
}

function readAuthority(text: string, defaultPort?: number): Target | undefined {
  const [, name, digits] = /^(\[[^[\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = canonicalHost(name ?? '');
  const port = digits === undefined ? defaultPort : Number(digits);
  return host && port !== undefined && port > 0 && port <= 65_535 ? { host, port } : undefined;
}
