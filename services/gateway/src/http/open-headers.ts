import type { FastifyReply, FastifyRequest } from 'fastify';

/** On every answer: a page of any origin may read it, and none can make anything of it but what it says it is. */
export const openHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'cross-origin',
  // There are no cookies: a page can do no more than it has a key or a link for.
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'location, retry-after, x-request-id, etag, ratelimit-limit, ratelimit-remaining, ratelimit-reset, ratelimit-policy, preference-applied',
};

/** Whether a browser asks if a page may ask. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** It may. */
export function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply
    .code(204)
    .headers({
      'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE',
      // The star does not stand for this one header (Fetch Standard, CORS-safelisted request-header).
      'access-control-allow-headers': '*, authorization',
      'access-control-max-age': '7200',
    })
    .send();
}
