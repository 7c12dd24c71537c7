import { list } from '@shotwire/config';
import { parseAllowEntry } from './allow-entry.ts';
import { parseDnsServer } from './parse-dns-server.ts';

/** What may be called, and who is asked for addresses. */
export const egressSettings = {
  egressAllow: list('EGRESS_ALLOW', 'CIDR, CIDR:port or [IPv6 CIDR]:port', parseAllowEntry, {
    default: '',
    says: 'Exceptions to the egress guard: addresses, and if given the one port, that may be called although they are private or special.',
  }),
  dnsServers: list('DNS_SERVERS', 'IP addresses, each with :port if it is not 53', parseDnsServer, {
    default: '',
    says: "DNS servers asked for the addresses of strangers' names. Empty: the system's.",
  }),
};
