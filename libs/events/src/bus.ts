import { type ConnectionOptions, connect, type NatsConnection } from 'nats';

/** What the log of this room must be able to say. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** The connection to NATS. It comes and goes; nothing here is a promise to anybody. */
export interface Bus extends AsyncDisposable {
  /** The connection once there is one; rejects when the signal aborts first. */
  connection(signal: AbortSignal): Promise<NatsConnection>;
  /** Whether NATS answers at the moment. */
  ping(): Promise<void>;
  /** Tells every replica's `onWake` of a room that work may be due. Lost when NATS is away: sleepers also poll. */
  wake(room: string): void;
  /** Calls `woken` at each wake of a room, by whichever replica. */
  onWake(room: string, woken: () => void): void;
}

interface BusParts {
  /** nats://[TOKEN@]HOST:PORT */
  url: string;
  /** How the server's monitoring names this client. */
  name: string;
  log: Log;
}

function connectionOptions({ url, name }: BusParts): ConnectionOptions {
  const { username, host } = new URL(url);
  return {
    servers: host,
    name,
    ...(username && { token: decodeURIComponent(username) }),
    // The client gives up after ten tries by default; a service must outlive any absence of NATS.
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 10_000,
    // Buffered publishes would arrive late and out of any order we could reason about.
    reconnectBufferSize: 1,
  } as ConnectionOptions;
}

/** Opens the bus without waiting for NATS: a service starts, and works from Postgres, while NATS is away. */
export function openBus(parts: BusParts): Bus {
  const { log } = parts;
  const wakers: [room: string, woken: () => void][] = [];
  let current: NatsConnection | undefined;

  const subscribe = (connection: NatsConnection, room: string, woken: () => void) =>
    connection.subscribe(`shotwire.wake.${room}`, { callback: (error) => error ?? woken() });

  const opening = connect(connectionOptions(parts)).then((connection) => {
    current = connection;
    for (const [room, woken] of wakers) subscribe(connection, room, woken);
    void (async () => {
      for await (const { type, data } of connection.status()) {
        // Wakes sent while the connection was away are lost, so a return counts as one.
        if (type === 'reconnect') for (const [, woken] of wakers) woken();
        if (type === 'reconnect' || type === 'disconnect') log.info({ type, server: data }, 'nats connection changed');
      }
    })();
    return connection;
  });
  opening.catch((error) => log.warn({ error }, 'nats refused the connection'));

  return {
    connection: (signal) =>
      Promise.race([
        opening,
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
      ]),
    ping: async () => {
      if (!current) throw new Error('nats is not connected');
      await current.flush();
    },
    wake: (room) => {
      if (current && !current.isClosed()) current.publish(`shotwire.wake.${room}`);
    },
    onWake: (room, woken) => {
      wakers.push([room, woken]);
      if (current) subscribe(current, room, woken);
    },
    [Symbol.asyncDispose]: async () => {
      if (current) await current.close();
      // Not connected yet: close as soon as it is, so that nothing is left open.
      else void opening.then((connection) => connection.close()).catch(() => undefined);
    },
  };
}
