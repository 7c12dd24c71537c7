import type { Socket } from 'node:net';
import { Failure } from '@shotwire/failures';
import { Client } from 'undici';
import type { Target } from './ledger.ts';
import { authority } from './read-target.ts';

/** The most that the headers of one message may take, in bytes, either way. */
export const maxHeaderSize = 64 * 1024;

/** A way to one hop that carries one request at a time, over a connection that it opens when it has none. */
export interface Line {
  readonly client: Client;
  /** Whether the present connection has carried an answer before. */
  used: boolean;
}

/** The lines of one season. Their connections are not theirs to end. */
export interface Lines {
  /** A line that is free, or else a new one. */
  take(hop: Target): Line;
  /** A line without a connection yet. */
  fresh(hop: Target): Line;
  /** Makes a line free that has carried its answer to the end. */
  giveBack(hop: Target, line: Line): void;
}

const maxFree = 64;
// No time limits for answers: a season's life is short, and slow pages are to be seen.
const options = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 60_000, maxHeaderSize, allowH2: false };

/** Keeps lines to the hops that `open` connects to. */
export function openLines(open: (hop: Target) => Promise<Socket>): Lines {
  const free = new Map<string, Line[]>();

  function fresh(hop: Target): Line {
    const client = new Client(`http://${authority(hop, 80)}`, {
      ...options,
      connect(_options, callback) {
        line.used = false;
        open(hop).then(
          (socket) => {
            // undici would dial again and again for a connection that comes to it already broken.
            if (socket.destroyed) callback(new Failure('connection_failed', { cause: socket.errored }), null);
            else callback(null, socket);
          },
          (error: unknown) => callback(Failure.from(error), null),
        );
      },
    });
    const line: Line = { client, used: false };
    return line;
  }

  return {
    take: (hop) => free.get(keyOf(hop))?.pop() ?? fresh(hop),
    fresh,
    giveBack(hop, line) {
      line.used = true;
      const lines = free.get(keyOf(hop)) ?? [];
      if (lines.length >= maxFree) return void line.client.destroy();
      lines.push(line);
      free.set(keyOf(hop), lines);
    },
  };
}

function keyOf({ host, port }: Target): string {
  return `${host} ${port}`;
}
