import { type Cidr, parseCidr } from './cidr.ts';

/** An operator's exception to the deny table and the port rule. */
export interface AllowEntry extends Cidr {
  /** The one port it opens; undefined opens the usual ones (see {@link usualPort}). */
  readonly port: number | undefined;
}

/** Reads `CIDR`, `CIDR:port` (IPv4) or `[CIDR]:port` (either); undefined when it is none of them. */
export function parseAllowEntry(text: string): AllowEntry | undefined {
  const [, bracketed, plain, portText] = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const cidr = parseCidr(bracketed ?? plain ?? text);
  const port = portText === undefined ? undefined : Number(portText);
  if (!cidr || port === 0 || (port ?? 0) > 65_535) return undefined;
  return { ...cidr, port };
}

/** Whether a plain address and port fall under one of the exceptions. */
export function excepted(address: string, port: number, allow: readonly AllowEntry[]): boolean {
  return allow.some((entry) => (entry.port === undefined || entry.port === port) && entry.contains(address));
}

/** The web's own ports and the unprivileged ones. What speaks below 1024 otherwise (SSH, SMTP, …) is no web server. */
export function usualPort(port: number): boolean {
  return port === 80 || port === 443 || (Number.isInteger(port) && port >= 1024 && port <= 65_535);
}
