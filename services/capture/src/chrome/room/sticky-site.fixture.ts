import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A site whose answers stick where they can, and that tells which requests it got. */
export async function startStickySite() {
  const requests: { path: string; headers: IncomingMessage['headers'] }[] = [];
  let answers = 0;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    requests.push({ path, headers: request.headers });
    const headers: Record<string, string | string[]> = {
      '/sticky': { 'cache-control': 'public, max-age=3600, immutable', etag: '"sticky"', 'content-type': 'text/css' },
      '/set': {
        'set-cookie': ['hidden=1; HttpOnly; Max-Age=3600', 'parted=1; Secure; SameSite=None; Partitioned; Path=/; Max-Age=3600'],
        'content-type': 'text/html',
      },
      '/hints': { 'accept-ch': 'Sec-CH-UA-Platform-Version, Device-Memory', 'content-type': 'text/html' },
    }[path] ?? { 'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/html' };
    const late = path === '/late' ? 200 : 0;
    if (late) headers['set-cookie'] = 'late=1; Max-Age=3600; Path=/';
    answers += 1;
    const body = path.endsWith('.js')
      ? 'onconnect = oninstall = () => {}'
      : path === '/sticky'
        ? `:root { --answer: ${answers} }`
        : '<!doctype html><title>sticky</title>';
    setTimeout(() => response.writeHead(200, headers).end(body), late);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    at: (host: string, path: string) => `http://${host}:${port}${path}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
