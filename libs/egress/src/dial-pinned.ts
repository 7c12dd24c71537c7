import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Failure } from '@shotwire/failures';
import { plainAddress } from './plain-address.ts';

// A name with more addresses than this gains nothing from trying the rest.
const maxAttempts = 8;

interface Call {
  /** Plain addresses that were judged, tried in turn. */
  addresses: readonly string[];
  port: number;
  signal: AbortSignal;
  /** Whether the other side's end leaves ours open. */
  allowHalfOpen?: boolean;
  /** How long one address may take. */
  attemptTimeoutMs?: number;
  open?: typeof connect;
}

/**
 * A socket connected to one of the given addresses and to nothing else.
 * Throws `connection_refused`, `connection_failed`, `blocked_url` when the socket ended up elsewhere, or the signal's reason.
 */
export async function dialPinned({ addresses, ...call }: Call): Promise<Socket> {
  const errors: unknown[] = [];
  for (const address of addresses.slice(0, maxAttempts)) {
    call.signal.throwIfAborted();
    try {
      return await dialOne(address, call);
    } catch (error) {
      call.signal.throwIfAborted();
      if (error instanceof Failure) throw error;
      errors.push(error);
    }
  }
  const refused = errors.some((error) => error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED');
  throw new Failure(refused ? 'connection_refused' : 'connection_failed', { cause: new AggregateError(errors) });
}

async function dialOne(
  address: string,
  { port, signal, allowHalfOpen = false, attemptTimeoutMs = 5000, open = connect }: Omit<Call, 'addresses'>,
): Promise<Socket> {
  const socket = open({ host: address, port, allowHalfOpen, noDelay: true });
  // Whoever holds the socket sees it close; an error must never find nobody listening.
  socket.on('error', () => {});
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(attemptTimeoutMs)]) });
    // The last line of defence: what was judged is what was reached.
    if (socket.remoteAddress && plainAddress(socket.remoteAddress) !== address)
      throw new Failure('blocked_url', { cause: new Error(`dialled ${address}, reached ${socket.remoteAddress}`) });
    if (!socket.remoteAddress) throw new Error(`${address} hung up at once`);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
