export { type DnsRecord, type DnsServer, startDnsServer } from './dns-server.ts';
export { type Asked, startUpstream } from './start-upstream.ts';
export { testCertificate } from './test-certificate.ts';
