import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A loopback port on which nothing listens.
 * It is below the range that systems hand to outgoing connections, so that a child that is started again finds its port free.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(10_240, 32_768);
    if ((await portTrouble(port)) === undefined) return port;
  }
  throw new Error('No free port was found on 127.0.0.1.');
}

/** The error code that listening on this loopback port gives, such as EADDRINUSE; undefined when it can be had. */
export async function portTrouble(port: number): Promise<string | undefined> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code;
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
