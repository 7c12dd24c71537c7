import { inside } from '../town/place.ts';
import type { Row } from './case.ts';

/** Every range that must not be reached: a list of its own, so that a row that goes missing in the service is missed here. */
export const ranges = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '100.100.100.200/32', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.0.192/32', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24'],
  ...['192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1/128', '::/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '100:0:0:1::/64', '2001::/23'],
  ...['2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20', '5f00::/16', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
] as const;

/** The first, a middle and the last address of a range. */
function samples(cidr: string): string[] {
  const [network = '', bits] = cidr.split('/');
  const ipv6 = network.includes(':');
  const first = ipv6 ? ipv6Number(network) : ipv4Number(network);
  const hosts = 1n << ((ipv6 ? 128n : 32n) - BigInt(bits ?? ''));
  const spell = ipv6 ? spellIpv6 : spellIpv4;
  return [...new Set([first, first + hosts / 2n, first + hosts - 1n])].map(spell);
}

const ipv4Number = (text: string) => text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
const spellIpv4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');

function ipv6Number(text: string): bigint {
  const [left = '', right = ''] = text.split('::');
  const [head, tail] = [left.split(':').filter(Boolean), right.split(':').filter(Boolean)];
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function spellIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 65_535n).toString(16)).join(':');
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

/** IPv6 addresses that stand for an IPv4 address, each in its own way. */
const disguises: Readonly<Record<string, (high: string, low: string) => string>> = {
  mapped: (high, low) => `::ffff:${high}:${low}`,
  compatible: (high, low) => `::${high}:${low}`,
  translated: (high, low) => `::ffff:0:${high}:${low}`,
  nat64: (high, low) => `64:ff9b::${high}:${low}`,
  'local nat64': (high, low) => `64:ff9b:1::${high}:${low}`,
  '6to4': (high, low) => `2002:${high}:${low}::1`,
  teredo: (high, low) => `2001:0:5db8:d822:0:ffff:${inverted(high)}:${inverted(low)}`,
};

const inverted = (group: string) => (Number.parseInt(group, 16) ^ 0xffff).toString(16);
const disguised = ['127.0.0.1', inside.v4, inside.metadata, '192.168.1.1'];

const addresses = [
  ...ranges.flatMap((cidr) => samples(cidr).map((address) => ({ address, label: `${address} of ${cidr}` }))),
  ...['4000::1', '8000::1', '200::1', '93.184.216.2', inside.v4, inside.v6].map((address) => ({ address, label: address })),
  ...disguised.flatMap((ipv4) => {
    const value = ipv4Number(ipv4);
    const [high, low] = [(value >> 16n).toString(16), (value & 65_535n).toString(16)];
    return Object.entries(disguises).map(([name, spell]) => ({ address: spell(high, low), label: `${ipv4} as ${name} IPv6` }));
  }),
];

/** No TCP connection goes there, whoever asks for it. */
const unreachable: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^127\.255\.255\.255$/, 'the kernel takes it for a broadcast address'],
  [/^255\.255\.255\.255$/, 'the kernel takes it for a broadcast address'],
  [/^(22[4-9]|23\d)\./, 'the kernel opens no connection to a multicast address'],
  [/^ff/, 'the kernel opens no connection to a multicast address'],
  [/^fe[89ab]/, 'a link-local address without a zone leads nowhere'],
];

/** Every range that is refused, its first, a middle and its last address: as a literal, and as the answer of a name server. */
export const addressRows: readonly Row[] = addresses.flatMap(({ address, label }) => {
  const literal = address.includes(':') ? `[${address}]` : address;
  const why = unreachable.find(([pattern]) => pattern.test(address))?.[1];
  const shared = { way: 'embedded', loopback: address === '127.0.0.1' || address === '::1', ...(why && { unprovable: why }) } as const;
  return [
    { ...shared, group: 'literals', name: label, write: ({ port }) => `http://${literal}:${port}/` },
    {
      ...shared,
      group: address.includes(':') ? 'AAAA records' : 'A records',
      name: label,
      write: ({ name, port }) => `http://${name}:${port}/`,
      records: [[address.includes(':') ? { aaaa: address } : { a: address }]],
    },
  ];
});
