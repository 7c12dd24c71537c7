import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodies, parts } from './bodies.ts';
import { looks } from './looks.ts';
import type { HostilePage } from './page.ts';
import { scripts } from './scripts.ts';

/** All hostile pages, by name. */
export const hostilePages: ReadonlyMap<string, HostilePage> = new Map(Object.entries({ ...scripts, ...looks, ...bodies }));

/** Serves them on loopback; a page's path is its number in the list. */
export async function startHostileSite() {
  const pages = [...hostilePages];
  const server = createServer((request, response) => {
    response.on('error', () => {});
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const part = parts[pathname];
    const page = pages[Number(pathname.slice(1))]?.[1];
    if (part) part(response);
    else if (typeof page?.serve === 'function') page.serve(request, response);
    else response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><body>${page?.serve}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (name: string) => `http://127.0.0.1:${port}/${pages.findIndex(([each]) => each === name)}`,
    plain: `http://127.0.0.1:${port}/plain`,
    allow: `127.0.0.1/32:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
