import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { listen } from './listen.ts';
import { answerSpecially } from './special-pages.ts';

/** A request that the site got. */
export interface SiteRequest {
  /** Without its query. */
  readonly path: string;
  readonly query: string;
  readonly host: string;
}

/** A site whose pages behave in known ways. */
export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Everything it was asked for, as it came in. */
  readonly requests: readonly SiteRequest[];
  /** How often a path was asked for, whatever its query. */
  hits(path: string): number;
}

const siteFolder = join(import.meta.dirname, '../../../test/site');
const mimeTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript',
};

/**
 * Starts the site of `test/site`, plus the pages of special-pages.ts, on a free port of a loopback address.
 * Another loopback address (127.0.0.2) makes it another host.
 */
export async function startSite({ host = '127.0.0.1' }: { host?: string } = {}): Promise<Site> {
  const requests: SiteRequest[] = [];
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://site');
    requests.push({ path: url.pathname, query: url.search, host: request.headers.host ?? '' });
    const answered = answerSpecially({ url, response, signal: closing.signal }) ?? sendFile(url.pathname, response);
    void answered.catch(() => response.destroy());
  });
  const port = await listen(server, host);
  return {
    url: `http://${host}:${port}`,
    port,
    requests,
    hits: (path) => requests.filter((request) => request.path === path).length,
    async [Symbol.asyncDispose]() {
      closing.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const name = path === '/' ? 'plain.html' : path.slice(1);
  const body = /^[\w-]+\.\w+$/.test(name) ? await readFile(join(siteFolder, name)).catch(() => undefined) : undefined;
  if (!body) response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.');
  else response.writeHead(200, { 'content-type': mimeTypes[extname(name)] ?? 'application/octet-stream' }).end(body);
}
