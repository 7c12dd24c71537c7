import { isIPv4, isIPv6 } from 'node:net';

/**
 * An IP address in its one plain spelling: compressed, lower case, an IPv4-mapped IPv6 address as the IPv4 address it is.
 * Undefined for anything else, zone ids included.
 */
export function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const address = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
  return mapped ? dotted(mapped[1], mapped[2]) : address;
}

/** The IPv4 address that a plain address under 64:ff9b::/96 (RFC 6052) stands for. */
export function nat64Target(address: string): string {
  const [low, high] = address.slice('64:ff9b::'.length).split(':').reverse();
  return dotted(high, low);
}

function dotted(high: string | undefined, low: string | undefined): string {
  const [h, l] = [Number.parseInt(high || '0', 16), Number.parseInt(low || '0', 16)];
  return [h >> 8, h & 255, l >> 8, l & 255].join('.');
}
