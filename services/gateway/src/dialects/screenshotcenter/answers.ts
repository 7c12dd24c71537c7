import type { Failure } from '@shotwire/failures';

/** The envelope of every yes. */
export function good<Data>(data: Data): { success: true; data: Data } {
  return { success: true, data };
}

/** What theirs says where it says something of its own. */
const words: Partial<Record<Failure['kind'], { error: string; code?: string }>> = {
  invalid_api_key: { error: 'Invalid API key' },
  validation_error: { error: 'Request validation failed' },
  rate_limited: { error: 'Rate limit exceeded', code: 'RATE_LIMIT_EXCEEDED' },
};

/** The envelope of every no. */
export function refusalOf(failure: Failure, requestId: string): object {
  const { error = failure.message, code = failure.code } = words[failure.kind] ?? {};
  const { fields, retryAfterS } = failure;
  return {
    success: false,
    error,
    code,
    ...(fields && { fields }),
    ...(retryAfterS !== undefined && { retry_after: Math.ceil(retryAfterS) }),
    details: { request_id: requestId },
  };
}
