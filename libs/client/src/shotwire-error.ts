import type { Screenshot } from './gen/api.ts';

/** What an error knows beside its message. */
interface Known {
  code: string;
  message: string;
  status?: number | undefined;
  requestId?: string | undefined;
  fields?: Readonly<Record<string, readonly string[]>> | undefined;
  retryAfterMs?: number | undefined;
  screenshot?: Screenshot;
  cause?: unknown;
}

/** What the client itself says no with, beside the codes of the API. */
export type ClientCode = 'UNREACHABLE' | 'UNEXPECTED_ANSWER' | 'WAIT_TIMEOUT' | 'WEBHOOK_REFUSED';

/** Everything that goes wrong: a refusal of the API, a page that could not be captured, a server that cannot be reached. */
export class ShotwireError extends Error {
  override readonly name = 'ShotwireError';
  /** Stable: a code of docs/errors.md, or a {@link ClientCode}. */
  readonly code: string;
  /** The HTTP status of the answer; undefined where no answer said so. */
  readonly status: number | undefined;
  /** What whoever runs the server finds the request by. */
  readonly requestId: string | undefined;
  /** What is wrong with which field, all at once; empty where nothing is said of fields. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The screenshot that failed or was cancelled, where it is about one. */
  readonly screenshot: Screenshot | undefined;

  constructor({ code, message, status, requestId, fields = {}, retryAfterMs, screenshot, cause }: Known) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.fields = fields;
    this.retryAfterMs = retryAfterMs;
    this.screenshot = screenshot;
  }
}
