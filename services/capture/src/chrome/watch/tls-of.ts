import type { HTTPResponse } from 'puppeteer';
import type { Tls } from '../../report/report.ts';

/** The certificate behind an answer; null over plain http. */
export function tlsOf(response: HTTPResponse | undefined): Tls | null {
  const details = response?.securityDetails();
  if (!details) return null;
  const instant = (seconds: number) => new Date(seconds * 1000).toISOString();
  return {
    protocol: details.protocol(),
    issuer: details.issuer(),
    subject: details.subjectName(),
    valid_from: instant(details.validFrom()),
    valid_to: instant(details.validTo()),
  };
}
