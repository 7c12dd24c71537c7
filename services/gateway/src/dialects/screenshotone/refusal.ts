import { Failure, type FailureKind } from '@shotwire/failures';

/** Their codes of our kinds. What is not here is `internal_application_error`. */
const codes: Partial<Record<FailureKind, string>> = {
  invalid_api_key: 'access_key_invalid',
  forbidden: 'access_key_invalid',
  body_too_large: 'request_body_too_large',
  quota_exceeded: 'screenshots_limit_reached',
  rate_limited: 'concurrency_limit_reached',
  account_full: 'concurrency_limit_reached',
  queue_full: 'concurrency_limit_reached',
  timeout: 'timeout_error',
  dns_failed: 'name_not_resolved',
  tls_failed: 'network_error',
  connection_refused: 'network_error',
  connection_failed: 'network_error',
  too_many_redirects: 'network_error',
  not_a_page: 'network_error',
  status_refused: 'host_returned_error',
  selector_not_found: 'selector_not_found',
  step_failed: 'selector_not_found',
  invalid_cookie: 'invalid_cookie_parameter',
  text_found: 'content_contains_specified_string',
  text_missing: 'content_missing_specified_string',
  request_failed: 'matched_failed_request',
  picture_too_large: 'resulting_image_too_large',
  cancelled: 'request_aborted',
  unavailable: 'temporary_unavailable',
  deadline_exceeded: 'temporary_unavailable',
  storage_failed: 'temporary_unavailable',
};

/** A no that theirs has a code of its own for. */
export class Refusal extends Failure {
  readonly errorCode: string;

  constructor(kind: FailureKind, errorCode: string, says: string) {
    super(kind, { says });
    this.errorCode = errorCode;
  }
}

/** The body of every no. Its message names what is wrong: their SDKs show nothing else. */
export function refusalOf(failure: Failure, requestId: string): object {
  const errorCode = failure instanceof Refusal ? failure.errorCode : codes[failure.kind];
  const details = Object.entries(failure.fields ?? {}).flatMap(([field, sentences]) =>
    sentences.map((sentence) => ({ message: `"${field}" ${sentence}`, path: [field] })),
  );
  const isTheirs = failure.httpStatus < 500;
  return {
    is_successful: false,
    error_code: errorCode ?? (isTheirs ? 'request_not_valid' : 'internal_application_error'),
    error_message: [failure.message, ...details.slice(0, 3).map(({ message }) => `${message}.`)].join(' '),
    ...(details.length > 0 && { error_details: details }),
    // Ours, for logs.
    code: failure.code,
    request_id: requestId,
  };
}
