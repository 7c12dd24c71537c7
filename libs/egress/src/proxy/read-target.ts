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
  if (!/^http:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = canonicalHost(url.hostname);
  if (!host || url.username !== '' || url.password !== '') return undefined;
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
  const [given, ...others] = request.headersDistinct.host ?? [];
  const named = readAuthority(given ?? '', defaultPort);
  return others.length === 0 && named?.host === target.host && named.port === target.port;
}

function readAuthority(text: string, defaultPort?: number): Target | undefined {
  const [, name, digits] = /^(\[[^[\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = canonicalHost(name ?? '');
  const port = digits === undefined ? defaultPort : Number(digits);
  return host && port !== undefined && port > 0 && port <= 65_535 ? { host, port } : undefined;
}
