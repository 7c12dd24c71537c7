import { BlockList, isIP, isIPv4 } from 'node:net';
import { plainAddress } from './plain-address.ts';

/** A range of addresses. */
export interface Cidr {
  readonly prefix: number;
  /** Whether a plain address (see {@link plainAddress}) lies in it. */
  contains(address: string): boolean;
}

/**
 * Reads `network/prefix`, or a single address. Undefined when it is neither.
 * An IPv4-mapped range is refused: mapped addresses are judged as IPv4, so it would never match.
 */
export function parseCidr(text: string): Cidr | undefined {
  const [network = '', bits, ...rest] = text.split('/');
  const family = isIP(network);
  const plain = plainAddress(network);
  if (!plain || isIPv4(plain) !== (family === 4) || rest.length > 0) return undefined;
  const widest = family === 4 ? 32 : 128;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return undefined;
  const prefix = bits === undefined ? widest : Number(bits);
  if (prefix > widest) return undefined;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, prefix, type);
  return { prefix, contains: (address) => isIPv4(address) === (family === 4) && block.check(address, type) };
}
