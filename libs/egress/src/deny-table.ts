/** One range that is never called by default. */
export interface DenyRow {
  readonly cidr: string;
  readonly reason: string;
  /** Holds credentials of the machine: an exception opens it only when it is at least as narrow as the row. */
  readonly strict?: true;
}

/**
 * Every range that a stranger's URL must not reach, the narrow rows before the wide ones that hold them.
 * From the IANA special-purpose address registries (RFC 6890, RFC 8190 and successors),
 * plus the addresses at which clouds hand out credentials.
 */
export const denyTable = [
  { cidr: '0.0.0.0/8', reason: 'this_network' },
  { cidr: '10.0.0.0/8', reason: 'private' },
  { cidr: '100.100.100.200/32', reason: 'cloud_metadata', strict: true },
  { cidr: '100.64.0.0/10', reason: 'cgnat' },
  { cidr: '127.0.0.0/8', reason: 'loopback' },
  // Public space, yet answered inside every Azure machine.
  { cidr: '168.63.129.16/32', reason: 'azure_wireserver', strict: true },
  { cidr: '169.254.0.0/16', reason: 'link_local', strict: true },
  { cidr: '172.16.0.0/12', reason: 'private' },
  { cidr: '192.0.0.192/32', reason: 'cloud_metadata', strict: true },
  { cidr: '192.0.0.0/24', reason: 'protocol_assignments' },
  { cidr: '192.0.2.0/24', reason: 'documentation' },
  { cidr: '192.31.196.0/24', reason: 'as112' },
  { cidr: '192.52.193.0/24', reason: 'amt' },
  { cidr: '192.88.99.0/24', reason: 'six_to_four' },
  { cidr: '192.168.0.0/16', reason: 'private' },
  { cidr: '192.175.48.0/24', reason: 'as112' },
  { cidr: '198.18.0.0/15', reason: 'benchmarking' },
  { cidr: '198.51.100.0/24', reason: 'documentation' },
  { cidr: '203.0.113.0/24', reason: 'documentation' },
  { cidr: '224.0.0.0/4', reason: 'multicast' },
  { cidr: '240.0.0.0/4', reason: 'reserved' },

  { cidr: '::/128', reason: 'this_network' },
  { cidr: '::1/128', reason: 'loopback' },
  { cidr: '::/96', reason: 'ipv4_compatible' },
  { cidr: '::ffff:0:0:0/96', reason: 'ipv4_translated' },
  { cidr: '64:ff9b::/96', reason: 'nat64' },
  { cidr: '64:ff9b:1::/48', reason: 'nat64_local' },
  { cidr: '100::/64', reason: 'discard' },
  { cidr: '100:0:0:1::/64', reason: 'dummy' },
  { cidr: '2001::/23', reason: 'protocol_assignments' },
  { cidr: '2001:db8::/32', reason: 'documentation' },
  { cidr: '2002::/16', reason: 'six_to_four' },
  { cidr: '2620:4f:8000::/48', reason: 'as112' },
  { cidr: '3fff::/20', reason: 'documentation' },
  { cidr: '5f00::/16', reason: 'segment_routing' },
  { cidr: 'fd00:ec2::254/128', reason: 'cloud_metadata', strict: true },
  { cidr: 'fd20:ce::254/128', reason: 'cloud_metadata', strict: true },
  { cidr: 'fc00::/7', reason: 'private' },
  { cidr: 'fe80::/10', reason: 'link_local', strict: true },
  { cidr: 'fec0::/10', reason: 'site_local' },
  { cidr: 'ff00::/8', reason: 'multicast' },
] as const satisfies readonly DenyRow[];

/** The one IPv6 range that is in public use; whatever lies outside is denied, named above or not. */
export const publicIpv6 = '2000::/3';

/** Why an address is refused. */
export type DenyReason = (typeof denyTable)[number]['reason'] | 'unallocated';
