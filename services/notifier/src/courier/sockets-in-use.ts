import { subscribe } from 'node:diagnostics_channel';

/** What matters of the connection a request went out on. */
interface Wire {
  readonly bytesRead: number;
}

interface Use {
  wire: Wire;
  /** What had come over it before the request went out. */
  readBefore: number;
}

// undici tells nowhere else which connection it took for a request. A body is the one thing of a request that stays itself on its way.
const uses = new WeakMap<object, Use>();
subscribe('undici:client:sendHeaders', (message) => {
  const { request, socket } = message as { request: { body?: unknown }; socket: Wire };
  if (typeof request.body === 'object' && request.body) uses.set(request.body, { wire: socket, readBefore: socket.bytesRead });
});

/**
 * Whether a request with this body went out on a connection that had been used before, and nothing came back: then most likely the
 * receiver was just closing the connection, which it may do whenever it is idle.
 */
export function wentOutOnStaleSocket(body: Buffer): boolean {
  const use = uses.get(body);
  return use !== undefined && use.readBefore > 0 && use.wire.bytesRead === use.readBefore;
}
