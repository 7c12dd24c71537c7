import { type Standing, windowS } from './create-request-rate.ts';

/** What a client is told of its rate (draft-ietf-httpapi-ratelimit-headers-07, as most clients read it). */
export function rateHeaders({ limit, remaining, resetS }: Standing): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetS),
    'ratelimit-policy': `${limit};w=${windowS}`,
  };
}
