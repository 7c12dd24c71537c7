import type { Socket } from 'node:net';
import type { Ledger, Target } from './ledger.ts';

/** Opens a tunnel for a CONNECT request and joins both ends, or answers why not. Never throws. */
export async function tunnel({
  target,
  client,
  head,
  open,
  ledger,
}: {
  target: Target;
  client: Socket;
  /** What the client sent ahead of the answer. */
  head: Buffer;
  /** A socket on which the target is spoken to, half-open when one side has ended. */
  open: (target: Target) => Promise<Socket>;
  ledger: Ledger;
}): Promise<void> {
  let server: Socket;
  try {
    server = await open(target);
  } catch (error) {
    const outcome = ledger.noteFailure(target, error);
    return answer(client, outcome === 'blocked' ? '403 Forbidden' : '502 Bad Gateway');
  }
  if (client.destroyed) {
    server.destroy();
    return;
  }
  ledger.note(target, 'ok');
  const silent = server.bytesRead;
  server.once('error', (error) => {
    if (server.bytesRead === silent) ledger.noteFailure(target, error);
  });
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  if (head.length > 0) {
    ledger.up(head.length);
    server.write(head);
  }
  join(client, server, ledger.up);
  join(server, client, ledger.down);
}

/** Answers a CONNECT request with a status and nothing else. */
export function answer(client: Socket, status: string): void {
  client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  // Nobody reads this socket any more; unread, it would never notice that the client has gone.
  client.resume();
}

// An end is passed on as an end, so that half-closed connections work; a break as a reset, so that it never looks like an end.
function join(from: Socket, to: Socket, count: (bytes: number) => void): void {
  from.on('data', (chunk: Buffer) => count(chunk.length));
  from.pipe(to);
  from.once('close', () => {
    if (from.errored || !from.readableEnded) to.resetAndDestroy();
  });
}
