import { pause } from '../http/pause.ts';
import { backoffMs } from '../http/pause-before-next.ts';
import { type Server, sendOnce } from '../http/send.ts';
import { ShotwireError } from '../shotwire-error.ts';
import { chunksOf } from './chunks-of.ts';
import { parseEvents, type StreamedEvent } from './parse-events.ts';

/** An event, as docs/webhooks.md describes them. */
export interface ShotwireEvent {
  /** Its place in the stream: `lastEventId` of whoever goes on after it. */
  id: string;
  type: string;
  data: Readonly<Record<string, unknown>>;
}

/** Where to begin, and until when. */
export interface Listening {
  /** Gives first what came after this one; from now on when not given. */
  lastEventId?: string;
  signal?: AbortSignal;
  /** Told when a connection stands, the first one included. */
  onOpen?: () => void;
  /** Told when the connection was lost, and how long it will be before the next one. */
  onCut?: (error: ShotwireError, pauseMs: number) => void;
}

/** The server sends something more often than this, if only to show that it is there. */
const stallMs = 90_000;

/**
 * The account's events from now on, without an end. A connection that is lost is opened again, and goes on after the last event that came whole.
 * Throws the reason of the signal, or a ShotwireError when the API says no or answers something else than events.
 */
export async function* listen(
  server: Server,
  { lastEventId = '', signal, onOpen, onCut }: Listening = {},
): AsyncGenerator<ShotwireEvent, void> {
  let id = lastEventId;
  let failures = 0;
  let leastMs = 0;
  for (;;) {
    try {
      const stream = await open(server, id, signal);
      onOpen?.();
      const stalled = () => lost(`The stream of events has been silent for ${stallMs / 1000} seconds.`);
      const onId = (named: string) => (id = named || id);
      for await (const event of parseEvents(chunksOf(stream, { stallMs, stalled }), { onId, onRetry: (ms) => (leastMs = ms) })) {
        failures = 0;
        yield eventFrom(event);
      }
      throw lost('The stream of events has ended.');
    } catch (thrown) {
      signal?.throwIfAborted();
      const error = errorFrom(thrown);
      if (!passes(error)) throw error;
      const ms = error.retryAfterMs ?? Math.max(leastMs, backoffMs(++failures));
      onCut?.(error, ms);
      await pause(ms, signal);
    }
  }
}

function open(server: Server, id: string, signal: AbortSignal | undefined): Promise<ReadableStream<Uint8Array>> {
  const headers = { accept: 'text/event-stream', ...(id !== '' && { 'last-event-id': id }) };
  return sendOnce(server, { method: 'GET', path: '/api/v1/events', headers, signal, repeatable: true }, async ({ headers, body, url }) => {
    if (body && /^text\/event-stream\b/i.test(headers.get('content-type') ?? '')) return body;
    throw new ShotwireError({ code: 'UNEXPECTED_ANSWER', message: `${url} answered with something that is no stream of events.` });
  });
}

function eventFrom({ id, type, data }: StreamedEvent): ShotwireEvent {
  try {
    const json = JSON.parse(data);
    if (typeof json === 'object' && json !== null) return { id, type, data: json };
  } catch {
    // As bad as JSON of another kind.
  }
  throw new ShotwireError({ code: 'UNEXPECTED_ANSWER', message: `Event ${id} is no object in JSON.` });
}

/** What the stream itself throws is a loss of the connection. */
function errorFrom(thrown: unknown): ShotwireError {
  if (thrown instanceof ShotwireError) return thrown;
  if (thrown instanceof RangeError)
    return new ShotwireError({ code: 'UNEXPECTED_ANSWER', message: 'An event is too long.', cause: thrown });
  return lost('The stream of events broke off.', thrown);
}

function lost(message: string, cause?: unknown): ShotwireError {
  return new ShotwireError({ code: 'UNREACHABLE', message, cause });
}

/** Whether what went wrong may be well the next time. */
function passes({ code, status }: ShotwireError): boolean {
  return code === 'UNREACHABLE' || status === 408 || status === 429 || (status !== undefined && status >= 500);
}
