import { isIPv4, isIPv6 } from 'node:net';

/** Reads `IP`, `IPv4:port` or `[IPv6]:port` into the spelling c-ares takes; undefined when it is none of them. */
export function parseDnsServer(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (isIPv6(text)) return `[${text}]`;
  const [, ipv6, ipv4, port] = /^(?:\[([^[\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const known = ipv6 === undefined ? isIPv4(ipv4 ?? '') : isIPv6(ipv6);
  return known && Number(port) > 0 && Number(port) <= 65_535 ? text : undefined;
}
