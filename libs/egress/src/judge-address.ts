import type { AllowEntry } from './allow-entry.ts';
import { usualPort } from './allow-entry.ts';
import { type Cidr, parseCidr } from './cidr.ts';
import { type DenyReason, type DenyRow, denyTable, publicIpv6 } from './deny-table.ts';
import { nat64Target, plainAddress } from './plain-address.ts';

/** May this address and port be called, and if not, why. The reason is for the log, not for strangers. */
export type Judgement = { allowed: true } | { allowed: false; reason: DenyReason | 'port' | 'not_an_address' };

type Row = Cidr & { reason: DenyReason; strict?: true };

const rows: Row[] = denyTable.map((row: DenyRow) => ({ ...row, reason: row.reason as DenyReason, ...range(row.cidr) }));
const publicSpace = range(publicIpv6);

/**
 * Judges one resolved address. IPv4-mapped IPv6 is judged as the IPv4 address it is.
 * `allow` lists the operator's exceptions: an entry without a port opens the address on the usual ports,
 * an entry with a port opens exactly that one, a privileged one included.
 */
export function judgeAddress(address: string, port: number, allow: readonly AllowEntry[]): Judgement {
  const plain = plainAddress(address);
  if (plain === undefined) return { allowed: false, reason: 'not_an_address' };
  const entries = allow.filter((entry) => entry.contains(plain) && (entry.port === undefined || entry.port === port));
  const row = denyRow(plain);
  if (row && !entries.some((entry) => !row.strict || entry.prefix >= row.prefix)) return { allowed: false, reason: row.reason };
  if (!usualPort(port) && !entries.some((entry) => entry.port === port)) return { allowed: false, reason: 'port' };
  // On a DNS64 network the prefix is opened as a whole; what lies behind it is still judged.
  return row?.reason === 'nat64' ? judgeAddress(nat64Target(plain), port, allow) : { allowed: true };
}

function denyRow(plain: string): Pick<Row, 'reason' | 'strict' | 'prefix'> | undefined {
  const row = rows.find((candidate) => candidate.contains(plain));
  if (row || !plain.includes(':') || publicSpace.contains(plain)) return row;
  return { reason: 'unallocated', prefix: 0 };
}

function range(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`${text} is not a CIDR`);
  return cidr;
}
