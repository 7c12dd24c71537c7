import { once } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Listener } from './listeners.ts';

interface Sending {
  frames: AsyncIterable<string>;
  listener: Pick<Listener, 'signal' | 'leave'>;
  /** What is sent when there is nothing to say, so that proxies keep the connection. */
  heartbeat: () => string;
  heartbeatMs: number;
  /** Whether whoever listens may go on doing so. */
  mayStay: () => Promise<boolean>;
  /** Told when a client is cut off because it does not read. */
  onCut: () => void;
}

/** Every so many heartbeats it is asked whether a listener may stay. */
const beatsBetweenChecks = 4;
/** After so many heartbeats without a byte taken a client is given up. */
const patienceBeats = 2;

/**
 * Answers with server-sent events until they or the listening end. What a client does not take waits with it: nothing more is read for it than
 * its connection holds.
 */
export async function sendEvents(
  reply: FastifyReply,
  { frames, listener, heartbeat, heartbeatMs, mayStay, onCut }: Sending,
): Promise<void> {
  const { raw, log } = reply;
  const { signal, leave } = listener;
  reply.hijack();
  raw.once('close', leave);
  // It may be gone already.
  if (raw.destroyed) leave();
  reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    // nginx would keep it back until there is enough of it.
    'x-accel-buffering': 'no',
  });
  raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);

  let [beats, taken, stuck] = [0, -1, 0];
  const beat = async () => {
    const { socket } = raw;
    const now = (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0);
    stuck = raw.writableLength > 0 && now === taken ? stuck + 1 : 0;
    taken = now;
    if (stuck >= patienceBeats) {
      onCut();
      raw.destroy();
    } else if (!raw.writableNeedDrain) raw.write(heartbeat());
    if (++beats % beatsBetweenChecks === 0 && !(await mayStay())) leave();
  };
  const timer = setInterval(
    () => void beat().catch((error) => log.warn({ err: error }, 'it is not known whether a listener may stay')),
    heartbeatMs,
  );

  try {
    for await (const frame of frames) {
      if (signal.aborted) break;
      if (frame !== '' && !raw.write(frame)) await once(raw, 'drain', { signal });
    }
  } catch (error) {
    // Who comes back is given the rest.
    if (!signal.aborted) log.warn({ err: error }, 'a stream of events broke off');
  } finally {
    clearInterval(timer);
    raw.end();
  }
}
