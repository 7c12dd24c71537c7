import { createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { listen } from './listen.ts';

/** What an upstream was asked for. */
export interface Asked {
  line: string;
  authorization: string | undefined;
  headers: readonly string[];
}

/** A caller's own proxy, for tests: it notes what it is asked for, and sends everything to one port of 127.0.0.1. */
export async function startUpstream({ to, status = 200, greeting = '' }: { to: number; status?: number; greeting?: string }) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    note(request);
    if (status !== 200) response.writeHead(status, { 'Proxy-Authenticate': 'Basic' }).end('not you');
    else response.end(`by upstream: ${request.url}`);
  });
  server.on('connect', (request, client) => {
    note(request);
    if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\nProxy-Authenticate: Basic\r\nContent-Length: 7\r\n\r\nnot you`);
    const far = connect(to, '127.0.0.1');
    client.on('error', () => far.destroy());
    far.on('error', () => client.destroy());
    client.write(`HTTP/1.1 200 OK\r\n\r\n${greeting}`);
    return client.pipe(far).pipe(client);
  });
  const listening = await listen(server);
  const { port, sockets } = listening;
  return { host: '127.0.0.1', port, sockets, asked, [Symbol.asyncDispose]: listening[Symbol.asyncDispose] };

  function note(request: IncomingMessage): void {
    const authorization = request.headers['proxy-authorization'];
    asked.push({
      line: `${request.method} ${request.url}`,
      authorization: authorization === undefined ? undefined : String(authorization),
      headers: request.rawHeaders,
    });
  }
}
