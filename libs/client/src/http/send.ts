import { ShotwireError } from '../shotwire-error.ts';
import { pause } from './pause.ts';
import { pauseBeforeNext } from './pause-before-next.ts';
import { refusalOf } from './refusal.ts';
import { within } from './within.ts';

/** Where the API is, and who asks. */
export interface Server {
  /** Without a slash at its end. */
  baseUrl: string;
  apiKey: string;
  fetch: typeof globalThis.fetch;
}

/** A request. */
export interface Asking {
  method: string;
  /** With its query, from the slash on. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Whether sending it twice does no more than sending it once. */
  repeatable: boolean;
  /** How long one answer may take, as far as it is read by `read`. */
  answerWithinMs?: number;
}

const usualAnswerMs = 30_000;

/**
 * Sends a request, again where that is safe and promising, and reads its answer: an answer that breaks off while it is read counts as lost.
 * Throws a ShotwireError, or the reason of the signal.
 */
export async function send<T>(server: Server, asking: Asking, read: (response: Response) => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await sendOnce(server, asking, read);
    } catch (thrown) {
      const ms = thrown instanceof ShotwireError ? pauseBeforeNext(thrown, { count, repeatable: asking.repeatable }) : undefined;
      if (ms === undefined) throw thrown;
      await pause(ms, asking.signal);
    }
  }
}

/** Sends a request once. Throws as {@link send} does. */
export async function sendOnce<T>(server: Server, asking: Asking, read: (response: Response) => Promise<T>): Promise<T> {
  const { method, path, headers, body, signal, answerWithinMs: ms = usualAnswerMs } = asking;
  const url = server.baseUrl + path;
  const unreachable = (message: string, cause?: unknown) => new ShotwireError({ code: 'UNREACHABLE', message, cause });
  const late = () => unreachable(`${url} did not answer within ${ms / 1000} seconds.`);
  return within({ ms, signal, late }, async (signal) => {
    try {
      const response = await server.fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${server.apiKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal,
      });
      if (!response.ok) throw await refusalOf(response);
      return await read(response);
    } catch (thrown) {
      if (thrown instanceof ShotwireError) throw thrown;
      throw unreachable(`${url} cannot be reached${reasonOf(thrown)}.`, thrown);
    }
  });
}

/** The object that an answer holds as JSON; undefined for an answer without a body. Throws a ShotwireError when it holds none. */
export async function readJson<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  try {
    const json = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // As bad as JSON of another kind.
  }
  const message = `${response.url} answered ${response.status} with something that is no object in JSON.`;
  throw new ShotwireError({ code: 'UNEXPECTED_ANSWER', message, status: response.status });
}

/** fetch says only that it failed; why is in its cause. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const said = cause instanceof Error ? (cause as Error & { code?: string }).code || cause.message : '';
  return said ? ` (${said})` : '';
}
