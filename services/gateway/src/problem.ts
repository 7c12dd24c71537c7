import { Failure, type FailureKind, type FieldProblems } from '@shotwire/failures';
import type { FastifyError, FastifyReply } from 'fastify';
import { openHeaders } from './http/open-headers.ts';
import { fieldProblems } from './schema/field-problems.ts';

/** What Fastify itself says no to. Everything else it throws is a mistake of ours. */
const kindOfCode: Readonly<Record<string, FailureKind>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_body',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  // The client hung up while its body was being read.
  ECONNRESET: 'cancelled',
};

/** When to try again, in seconds, after trouble that does not say. */
const defaultRetryAfterS = 2;

/** The body of every answer that says no. */
export interface Problem {
  error: { code: string; message: string; status: number; details?: FieldProblems };
  request_id: string;
}

/** Anything thrown while a request was answered, as a Failure. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const { code, validation } = thrown as Partial<FastifyError>;
  if (validation) return new Failure('validation_error', { fields: fieldProblems(validation) });
  const kind = code !== undefined && Object.hasOwn(kindOfCode, code) ? kindOfCode[code] : undefined;
  return new Failure(kind ?? 'internal', { cause: thrown });
}

/** A failure as its owner reads it. */
export function problemOf(failure: Failure, requestId: string): Problem {
  const { code, message, httpStatus: status, fields } = failure;
  return { error: { code, message, status, ...(fields && { details: fields }) }, request_id: requestId };
}

/** Answers with a failure, and logs what its owner is not told. `bodyOf` is for APIs that say no in a shape of their own. */
export function sendProblem(
  reply: FastifyReply,
  failure: Failure,
  bodyOf: (failure: Failure, requestId: string) => object = problemOf,
): FastifyReply {
  const { request, log } = reply;
  if (failure.kind === 'internal') log.error({ err: failure }, 'a request failed for a reason of our own');
  else if (failure.httpStatus >= 500) log.warn({ err: failure }, 'a request failed');
  const { httpStatus, kind, retryAfterS = httpStatus === 503 || httpStatus === 429 ? defaultRetryAfterS : undefined } = failure;
  if (retryAfterS !== undefined) reply.header('retry-after', Math.ceil(retryAfterS));
  if (kind === 'invalid_api_key') reply.header('www-authenticate', 'Bearer');
  // Headers of the answer that was meant to be sent; they do not fit this one.
  for (const name of ['content-length', 'content-type', 'content-disposition', 'etag', 'cache-control']) reply.removeHeader(name);
  return reply
    .code(httpStatus)
    .headers({ ...openHeaders, 'x-request-id': request.id })
    .send(bodyOf(failure, request.id));
}
