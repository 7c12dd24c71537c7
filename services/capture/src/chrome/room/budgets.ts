import type { EgressLimits } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';

/**
 * What one capture may ask of the network: far more than any page that people look at. Chrome itself counts nothing, and what a page's
 * workers ask for is seen by the proxy alone.
 */
export const budgets: EgressLimits = { maxBytes: 256 * 1024 * 1024, maxRequests: 10_000, maxConnections: 512 };

const says: Readonly<Record<keyof EgressLimits, string>> = {
  maxBytes: `The page moved more than ${budgets.maxBytes / 1024 ** 2} MiB over the network.`,
  maxRequests: `The page sent more than ${budgets.maxRequests} requests.`,
  maxConnections: `The page opened more than ${budgets.maxConnections} connections at once.`,
};

/** The failure of a capture that passed one of its budgets. */
export function overspent(limit: keyof EgressLimits): Failure {
  return new Failure('page_overload', { says: says[limit] });
}
