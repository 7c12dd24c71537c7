/** The gRPC status codes in use, by the numbers of the gRPC specification. */
export const grpcCodes = {
  CANCELLED: 1,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

interface Row {
  /** The gRPC status it travels as between services. */
  grpc: keyof typeof grpcCodes;
  /** The HTTP status the gateway answers with. */
  http: number;
  /** Whether the same call may succeed later with nothing changed. */
  retryable: boolean;
  /** What its owner is told, unless the failure carries a sentence of its own. Never an internal detail. */
  says: string;
}

/**
 * Every way this system says no. A kind in upper case is the public code: `timeout` is `TIMEOUT`.
 * Edges look up here; nothing else maps one kind of error to another.
 */
export const failures = {
  // Requests that cannot be taken.
  malformed_request: { grpc: 'INVALID_ARGUMENT', http: 400, retryable: false, says: 'The request is not valid HTTP.' },
  request_timeout: { grpc: 'DEADLINE_EXCEEDED', http: 408, retryable: true, says: 'The request did not arrive in time.' },
  headers_too_large: { grpc: 'INVALID_ARGUMENT', http: 431, retryable: false, says: 'The headers of the request are too large.' },
  malformed_body: { grpc: 'INVALID_ARGUMENT', http: 400, retryable: false, says: 'The body is not valid JSON.' },
  unsupported_media_type: { grpc: 'INVALID_ARGUMENT', http: 415, retryable: false, says: 'The body must be sent as application/json.' },
  body_too_large: { grpc: 'INVALID_ARGUMENT', http: 413, retryable: false, says: 'The body is larger than 8 MiB.' },
  validation_error: { grpc: 'INVALID_ARGUMENT', http: 422, retryable: false, says: 'The request is not valid.' },
  invalid_api_key: {
    grpc: 'UNAUTHENTICATED',
    http: 401,
    retryable: false,
    says: 'The API key is missing or not valid. Send it as "Authorization: Bearer KEY".',
  },
  link_refused: { grpc: 'PERMISSION_DENIED', http: 403, retryable: false, says: 'The link is not valid, or its time is over.' },
  not_found: { grpc: 'NOT_FOUND', http: 404, retryable: false, says: 'There is no such thing.' },
  method_not_allowed: { grpc: 'UNIMPLEMENTED', http: 405, retryable: false, says: 'This address does not take that method.' },
  not_ready: { grpc: 'FAILED_PRECONDITION', http: 404, retryable: true, says: 'The image is not ready yet.' },
  no_image: { grpc: 'FAILED_PRECONDITION', http: 404, retryable: false, says: 'This screenshot ended without an image.' },
  expired: { grpc: 'FAILED_PRECONDITION', http: 410, retryable: false, says: 'The image was removed when its retention ended.' },
  delivery_busy: {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    retryable: true,
    says: 'The delivery is being sent at this moment. Try again when it has ended.',
  },
  app_not_enabled: { grpc: 'FAILED_PRECONDITION', http: 409, retryable: false, says: 'The app that it goes to is not enabled, or gone.' },
  already_ended: { grpc: 'FAILED_PRECONDITION', http: 409, retryable: false, says: 'It has ended already.' },
  not_ended: { grpc: 'FAILED_PRECONDITION', http: 409, retryable: true, says: 'It has not ended yet.' },
  wish_gone: {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    retryable: false,
    says: 'A part of the wish was a secret or a page of its own, and was not kept.',
  },
  nothing_to_replay: { grpc: 'FAILED_PRECONDITION', http: 409, retryable: false, says: 'Nothing of it failed.' },
  queue_full: { grpc: 'RESOURCE_EXHAUSTED', http: 429, retryable: true, says: 'Too much is waiting. Try again later.' },
  account_full: { grpc: 'RESOURCE_EXHAUSTED', http: 429, retryable: true, says: 'The account has as many of these as it may have.' },
  rate_limited: {
    grpc: 'RESOURCE_EXHAUSTED',
    http: 429,
    retryable: true,
    says: 'This API key has made as many requests as it may in a minute. Try again when Retry-After is over.',
  },
  quota_exceeded: { grpc: 'RESOURCE_EXHAUSTED', http: 402, retryable: false, says: 'The account has no captures left in this month.' },
  forbidden: { grpc: 'PERMISSION_DENIED', http: 403, retryable: false, says: 'This API key may not do that.' },
  domain_not_allowed: { grpc: 'PERMISSION_DENIED', http: 403, retryable: false, says: 'This API key may not capture that address.' },
  idempotency_conflict: {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    retryable: false,
    says: 'This Idempotency-Key was used for another request.',
  },

  // Pages that cannot be captured.
  blocked_url: { grpc: 'PERMISSION_DENIED', http: 422, retryable: false, says: 'This address may not be called.' },
  robots_refused: {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    retryable: false,
    says: 'The robots.txt of the site asks robots to leave this page alone. Crawl with ignore_robots to visit it all the same.',
  },
  timeout: { grpc: 'DEADLINE_EXCEEDED', http: 504, retryable: false, says: 'The page took too long.' },
  dns_failed: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'The host name could not be resolved.' },
  tls_failed: {
    grpc: 'FAILED_PRECONDITION',
    http: 502,
    retryable: false,
    says: 'The page could not be opened over TLS: its certificate or protocol was refused.',
  },
  connection_refused: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'The server refused the connection.' },
  connection_failed: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'The connection to the server failed.' },
  too_many_redirects: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'The page redirected too many times.' },
  not_a_page: {
    grpc: 'FAILED_PRECONDITION',
    http: 502,
    retryable: false,
    says: 'The address answered with a download or with nothing, not with a page.',
  },
  page_overload: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'The page did more than a page may.' },
  picture_too_large: {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    retryable: false,
    says: 'The picture would be larger than the format allows.',
  },
  selector_not_found: { grpc: 'FAILED_PRECONDITION', http: 422, retryable: false, says: 'Nothing on the page fits the selector.' },

  // Options that cannot be honoured on this page, and pages that the client said are none.
  invalid_selector: { grpc: 'INVALID_ARGUMENT', http: 422, retryable: false, says: 'A selector is not a CSS selector.' },
  invalid_cookie: { grpc: 'INVALID_ARGUMENT', http: 422, retryable: false, says: 'A cookie cannot be set for this page.' },
  wait_failed: { grpc: 'FAILED_PRECONDITION', http: 422, retryable: false, says: 'What was to be waited for cannot be waited for.' },
  script_failed: { grpc: 'FAILED_PRECONDITION', http: 422, retryable: false, says: 'The script failed.' },
  step_failed: { grpc: 'FAILED_PRECONDITION', http: 422, retryable: false, says: 'A step could not be done.' },
  status_refused: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'The page answered with a status that is refused.' },
  text_found: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'A text is on the page that must not be.' },
  text_missing: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'A text is not on the page that must be.' },
  selector_found: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'An element is on the page that must not be.' },
  console_error: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'The page wrote an error to its console.' },
  request_failed: { grpc: 'FAILED_PRECONDITION', http: 502, retryable: false, says: 'A request of the page failed.' },

  video_unavailable: {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    retryable: false,
    says: 'This installation cannot record that video: install ffmpeg with libvpx (webm) and libx264 (mp4) beside capture, and set FFMPEG_PATH.',
  },
  video_failed: { grpc: 'ABORTED', http: 502, retryable: true, says: 'The video could not be recorded.' },

  page_crashed: { grpc: 'ABORTED', http: 502, retryable: true, says: 'The page crashed the browser.' },
  browser_lost: { grpc: 'ABORTED', http: 502, retryable: true, says: 'The browser was lost during the capture.' },
  storage_failed: { grpc: 'UNAVAILABLE', http: 503, retryable: true, says: 'The image could not be stored.' },
  capture_lost: { grpc: 'ABORTED', http: 502, retryable: true, says: 'The capture was interrupted too many times.' },

  // Trouble of our own.
  cancelled: { grpc: 'CANCELLED', http: 499, retryable: false, says: 'The caller went away.' },
  deadline_exceeded: {
    grpc: 'DEADLINE_EXCEEDED',
    http: 503,
    retryable: true,
    says: 'The service did not answer in time. Try again later.',
  },
  unavailable: { grpc: 'UNAVAILABLE', http: 503, retryable: true, says: 'The service is not available at the moment. Try again later.' },
  internal: { grpc: 'INTERNAL', http: 500, retryable: false, says: 'Something went wrong on our side.' },
} as const satisfies Record<string, Row>;

/** A way of saying no. */
export type FailureKind = keyof typeof failures;
