import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AllowEntry, denyTable, judgeAddress, parseAllowEntry } from './index.ts';

/** The first and the last address of a range, by arithmetic of its own. */
function bounds(cidr: string): [string, string] {
  const [network = '', bits] = cidr.split('/');
  const ipv6 = network.includes(':');
  const width = ipv6 ? 128n : 32n;
  const hostMask = (1n << (width - BigInt(bits ?? ''))) - 1n;
  const first = ipv6 ? ipv6Number(network) : network.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const spell = ipv6 ? spellIpv6 : spellIpv4;
  return [spell(first & ~hostMask), spell(first | hostMask)];
}

function ipv6Number(text: string): bigint {
  const [left = '', right = ''] = text.split('::');
  const [head, tail] = [left.split(':').filter(Boolean), right.split(':').filter(Boolean)];
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

const spellIpv4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
const spellIpv6 = (value: bigint) =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 65_535n).toString(16)).join(':');

function allowing(...texts: string[]): AllowEntry[] {
  return texts.map((text) => parseAllowEntry(text) ?? assert.fail(`${text} is no entry`));
}

function reasonFor(address: string, port = 443, allow: AllowEntry[] = []): string {
  const judgement = judgeAddress(address, port, allow);
  return judgement.allowed ? 'allowed' : judgement.reason;
}

for (const { cidr, reason } of denyTable) {
  test(`${cidr} is refused from its first address to its last`, () => {
    for (const address of bounds(cidr)) {
      const narrower = denyTable.filter((row) => bounds(row.cidr).includes(address)).map((row) => row.reason);
      assert.ok([reason, ...narrower].includes(reasonFor(address) as typeof reason), `${address}: ${reasonFor(address)}`);
    }
  });
}

test('an IPv4 address written as IPv6 is judged as the IPv4 address it is', () => {
  for (const { cidr } of denyTable.filter((row) => !row.cidr.includes(':')))
    for (const address of bounds(cidr)) {
      assert.equal(reasonFor(`::ffff:${address}`), reasonFor(address));
      assert.equal(reasonFor(`0:0:0:0:0:FFFF:${address}`), reasonFor(address));
    }
  assert.equal(reasonFor('::ffff:7f00:1'), 'loopback');
  assert.equal(reasonFor('::ffff:8.8.8.8'), 'allowed');
});

test('IPv4 hidden in IPv6 in any other way is refused', () => {
  const hidden = [
    '::169.254.169.254',
    '::a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2001:0:a9fe:a9fe::',
    '::ffff:0:127.0.0.1',
  ];
  for (const address of hidden) assert.notEqual(reasonFor(address), 'allowed', address);
});

test('IPv6 outside the public range is refused, named in the table or not', () => {
  for (const address of ['200::1', '1fff:ffff::', '4000::', '8000::1', 'fb00::', '::fffe:127.0.0.1', '100:0:0:1::1'])
    assert.notEqual(reasonFor(address), 'allowed', address);
  assert.equal(reasonFor('4000::'), 'unallocated');
});

test('public addresses are allowed, up to the very neighbours of denied ranges', () => {
  const ipv4 = ['1.0.0.0', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'];
  const more = ['168.63.129.15', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255'];
  const last = ['192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'];
  const ipv6 = ['2001:200::', '2001:db7:ffff::', '2001:db9::', '2003::', '2606:4700::1111', '2620:4f:8001::', '3ffe:ffff::', '3fff:1000::'];
  for (const address of [...ipv4, ...more, ...last, ...ipv6]) assert.equal(reasonFor(address), 'allowed', address);
});

test('what is no address is refused', () => {
  for (const text of ['', 'localhost', '127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', 'fe80::1%eth0', '::1%lo', '2606:4700::1%eth0'])
    assert.equal(reasonFor(text), 'not_an_address', text);
});

test("only the web's ports and unprivileged ones are called", () => {
  for (const port of [80, 443, 1024, 8080, 65_535]) assert.equal(reasonFor('8.8.8.8', port), 'allowed');
  for (const port of [-1, 0, 22, 25, 81, 1023, 65_536, 8080.5, Number.NaN]) assert.equal(reasonFor('8.8.8.8', port), 'port', `${port}`);
});

test('an exception without a port opens its addresses on the usual ports', () => {
  const allow = allowing('10.1.0.0/16');
  assert.equal(reasonFor('10.1.255.255', 443, allow), 'allowed');
  assert.equal(reasonFor('::ffff:10.1.2.3', 8080, allow), 'allowed');
  assert.equal(reasonFor('10.1.2.3', 22, allow), 'port');
  assert.equal(reasonFor('10.2.0.0', 443, allow), 'private');
});

test('an exception with a port opens that one port only, a privileged one included', () => {
  const allow = allowing('127.0.0.1/32:81', '[fd00::/8]:8443', '8.8.8.8/32:25');
  assert.equal(reasonFor('127.0.0.1', 81, allow), 'allowed');
  assert.equal(reasonFor('127.0.0.1', 80, allow), 'loopback');
  assert.equal(reasonFor('fd12::1', 8443, allow), 'allowed');
  assert.equal(reasonFor('fd12::1', 443, allow), 'private');
  assert.equal(reasonFor('8.8.8.8', 25, allow), 'allowed');
  assert.equal(reasonFor('8.8.4.4', 25, allow), 'port');
});

test("an address that hands out the machine's credentials is opened only by an exception as narrow as its row", () => {
  const wide = allowing('0.0.0.0/0', '::/0');
  assert.equal(reasonFor('10.0.0.1', 80, wide), 'allowed');
  assert.equal(reasonFor('169.254.169.254', 80, wide), 'link_local');
  assert.equal(reasonFor('168.63.129.16', 80, wide), 'azure_wireserver');
  assert.equal(reasonFor('100.100.100.200', 80, allowing('100.64.0.0/10')), 'cloud_metadata');
  assert.equal(reasonFor('fd00:ec2::254', 80, allowing('fc00::/7')), 'cloud_metadata');
  assert.equal(reasonFor('169.254.169.254', 80, allowing('169.254.169.254/32')), 'allowed');
});

test('behind an opened NAT64 prefix the IPv4 address is still judged', () => {
  const allow = allowing('64:ff9b::/96');
  assert.equal(reasonFor('64:ff9b::808:808', 443, allow), 'allowed');
  assert.equal(reasonFor('64:ff9b::808:808'), 'nat64');
  for (const [address, reason] of [
    ['64:ff9b::a00:1', 'private'],
    ['64:ff9b::7f00:0', 'loopback'],
    ['64:ff9b::1', 'this_network'],
    ['64:ff9b::', 'this_network'],
    ['64:ff9b::169.254.169.254', 'link_local'],
  ] as const)
    assert.equal(reasonFor(address, 443, allow), reason, address);
});
