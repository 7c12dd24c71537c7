import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '@shotwire/deadlines';
import { type ConnectionOptions, connect, type NatsConnection } from 'nats';

/** What the log of this room must be able to say. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** The connection to NATS. It comes and goes; nothing here is a promise to anybody. */
export interface Bus extends AsyncDisposable {
  /** The connection once there is one; rejects when the signal aborts or the bus is closed first. */
  connection(signal: AbortSignal): Promise<NatsConnection>;
  /** Tells every replica's `onWake` of a room that work may be due. Lost when NATS is away: sleepers also poll. */
  wake(room: string): void;
  /** Calls `woken` at each wake of a room, by whichever replica, and whenever wakes may have been missed. */
  onWake(room: string, woken: () => void): void;
}

interface BusParts {
  /** nats://[TOKEN@]HOST:PORT */
  url: string;
  /** How the server's monitoring names this client. */
  name: string;
  log: Log;
}

const CONNECT_TIMEOUT_MS = 3_000;
const RETRY_MS = 500;

function connectionOptions({ url, name }: BusParts): ConnectionOptions {
  const { username, host } = new URL(url);
  return {
    servers: host,
    name,
    ...(username && { token: decodeURIComponent(username) }),
    timeout: CONNECT_TIMEOUT_MS,
    // The client gives up after ten tries, or two refusals, by default; a service must outlive any absence of NATS.
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RETRY_MS / 2,
    reconnectJitter: RETRY_MS / 2,
    pingInterval: 10_000,
  };
}

/** Opens the bus without waiting for NATS: a service starts, and works from Postgres, while NATS is away. */
export function openBus(parts: BusParts): Bus {
  const { log } = parts;
  const options = connectionOptions(parts);
  const closing = new AbortController();
  const wakers: [room: string, woken: () => void][] = [];
  let current: NatsConnection | undefined;

  const subscribe = (connection: NatsConnection, room: string, woken: () => void) =>
    connection.subscribe(`shotwire.wake.${room}`, { callback: (error) => error ?? woken() });

  const follow = async (connection: NatsConnection) => {
    for await (const { type, data } of connection.status()) {
      // Wakes sent while the connection was away are lost, so a return counts as one.
      if (type === 'reconnect') for (const [, woken] of wakers) woken();
      if (type === 'reconnect' || type === 'disconnect') log.info({ type, server: data }, 'nats connection changed');
    }
  };

  // The client's own wait for a first connection cannot be broken off.
  const open = async (): Promise<NatsConnection> => {
    for (let tries = 0; ; tries++) {
      try {
        return await connect(options);
      } catch (error) {
        if (tries === 0) log.warn({ error }, 'nats cannot be reached; trying again and again');
        await sleep(RETRY_MS, undefined, { signal: closing.signal });
      }
    }
  };
  const opening = open().then(async (connection) => {
    if (closing.signal.aborted) await connection.close();
    closing.signal.throwIfAborted();
    current = connection;
    for (const [room, woken] of wakers) {
      subscribe(connection, room, woken);
      woken();
    }
    void follow(connection);
    return connection;
  });
  // Whoever waits for it hears of it; when nobody does, it is the bus that was closed.
  opening.catch(() => undefined);

  return {
    connection: (signal) => orAborted(opening, AbortSignal.any([signal, closing.signal])),
    wake: (room) => {
      if (current && !current.isClosed()) current.publish(`shotwire.wake.${room}`);
    },
    onWake: (room, woken) => {
      wakers.push([room, woken]);
      if (current) subscribe(current, room, woken);
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await current?.close();
    },
  };
}
