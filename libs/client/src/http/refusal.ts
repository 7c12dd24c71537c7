import type { Problem } from '../gen/api.ts';
import { ShotwireError } from '../shotwire-error.ts';
import { retryAfterMs } from './retry-after.ts';

/** The error that an answer other than 2xx stands for. Reads its body. */
export async function refusalOf(response: Response): Promise<ShotwireError> {
  const { status, headers } = response;
  const text = await response.text().catch(() => '');
  const requestId = headers.get('x-request-id') ?? undefined;
  const later = retryAfterMs(headers.get('retry-after'), Date.now());
  const problem = problemIn(text);
  if (!problem)
    return new ShotwireError({
      code: 'UNEXPECTED_ANSWER',
      message: `${response.url} answered ${status} in words that are not Shotwire's.`,
      status,
      requestId,
      retryAfterMs: later,
    });
  const { code, message, details } = problem.error;
  return new ShotwireError({ code, message, status, requestId: problem.request_id ?? requestId, fields: details, retryAfterMs: later });
}

function problemIn(text: string): Problem | undefined {
  try {
    const json = JSON.parse(text);
    return typeof json?.error?.code === 'string' && typeof json.error.message === 'string' ? json : undefined;
  } catch {
    return undefined;
  }
}
