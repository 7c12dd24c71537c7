export { type DnsRecord, type DnsServer, startDnsServer } from './dns-server.ts';
export { testCertificate } from './test-certificate.ts';
