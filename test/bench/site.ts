import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { packagesFolder } from './pages.ts';

/** The pages of the benchmark, served from memory on loopback. */
export interface BenchSite extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The URL of a page with one line of text, a new one each time. */
  trivialUrl(): string;
  /** When a URL was first asked for, on the clock of performance.now(); undefined when it never was. */
  askedMs(url: string): number | undefined;
  /** How often a URL was asked for. */
  visits(url: string): number;
  /** A page's URL on a host of its own: every number is another site to the browser. */
  onHost(number: number, page: string): string;
  /** Paths that were asked for and are not there. */
  readonly missing: ReadonlySet<string>;
}

/** Where admin-lte's own build puts the packages that its pages use. */
const plugins: Readonly<Record<string, string>> = {
  bootstrap: 'bootstrap/dist',
  'chart.js': 'chart.js/dist',
  'fontawesome-free': '@fortawesome/fontawesome-free',
  fullcalendar: 'fullcalendar',
  'icheck-bootstrap': 'icheck-bootstrap',
  jquery: 'jquery/dist',
  'jquery-ui': 'jquery-ui-dist',
  moment: 'moment/min',
  overlayScrollbars: 'overlayscrollbars',
  select2: 'select2/dist',
  uplot: 'uplot/dist',
};

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the packages on a free port of 127.0.0.1. */
export async function openSite(): Promise<BenchSite> {
  const bodies = new Map<string, Promise<Buffer | undefined>>();
  const asked = new Map<string, number>();
  const visits = new Map<string, number>();
  const missing = new Set<string>();
  let trivial = 0;

  const answer = async (path: string, response: ServerResponse) => {
    const reading = bodies.get(path) ?? readBody(path);
    bodies.set(path, reading);
    const body = await reading;
    if (!body) missing.add(path);
    if (!body) response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.');
    else response.writeHead(200, { 'content-type': mimeTypes[extname(path)] ?? 'application/octet-stream' }).end(body);
  };
  const server = createServer((request, response) => {
    const target = request.url ?? '/';
    if (!asked.has(target)) asked.set(target, performance.now());
    visits.set(target, (visits.get(target) ?? 0) + 1);
    void answer(new URL(target, 'http://site').pathname, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  return {
    url,
    port,
    missing,
    trivialUrl: () => `${url}/trivial.html?${++trivial}`,
    askedMs: (page) => asked.get(page.slice(url.length)),
    visits: (page) => visits.get(page.slice(url.length)) ?? 0,
    onHost: (number, page) => `http://p${number}.localhost:${port}${page}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function readBody(path: string): Promise<Buffer | undefined> {
  if (path === '/trivial.html') return Buffer.from('<!doctype html><title>trivial</title><p>One line of text.</p>');
  const file = fileOf(path);
  const body = file ? await readFile(file).catch(() => undefined) : undefined;
  return body && path.endsWith('.html') ? Buffer.from(withoutStrangers(body.toString())) : body;
}

function fileOf(path: string): string | undefined {
  if (path.includes('..')) return undefined;
  const [, plugin = '', rest = ''] = /^\/plugins\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (plugin) return join(packagesFolder, plugins[plugin] ?? plugin, rest);
  if (path.startsWith('/site/')) return join(import.meta.dirname, '..', path);
  if (path.startsWith('/packages/')) return join(packagesFolder, path.slice('/packages'.length));
  return join(packagesFolder, 'admin-lte', path);
}

/** Takes out what would be fetched from elsewhere: the benchmark stays on this machine. */
function withoutStrangers(html: string): string {
  return html.replace(/\s(?:src|href)="(?:https?:)?\/\/[^"]*"/g, '');
}
