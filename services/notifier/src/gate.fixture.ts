import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a gate has taken. */
export interface Passed {
  webhookId: string;
  body: string;
}

/** A receiver that takes requests and answers none of them until it is opened. */
export async function startGate() {
  const requests: Passed[] = [];
  const waiting = new Set<ServerResponse>();
  let isOpen = false;
  const server = createServer(async (incoming, outgoing) => {
    waiting.add(outgoing);
    outgoing.once('close', () => waiting.delete(outgoing));
    const body = await buffer(incoming).catch(() => undefined);
    if (!body) return;
    requests.push({ webhookId: String(incoming.headers['webhook-id']), body: body.toString() });
    if (isOpen) outgoing.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: requests as readonly Passed[],
    /** Answers all that wait, and from now on at once. */
    open() {
      isOpen = true;
      for (const outgoing of waiting) outgoing.end();
    },
    close() {
      isOpen = false;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
