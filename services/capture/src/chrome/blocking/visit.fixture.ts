import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { OptionsSchema, withRules } from '@shotwire/contract';
import { createGuard, createResolver, openDenyAllProxy, openProxy, parseAllowEntry } from '@shotwire/egress';
import { createLogger, createMetrics } from '@shotwire/telemetry';
import type { CDPSession, Page } from 'puppeteer';
import { launch } from '../browser/launch.ts';
import { intercept } from '../intercept/intercept.ts';
import type { BlockedLog } from './blocked-log.ts';
import type { Removal } from './consent/open-consent.ts';
import { openBlocking } from './open-blocking.ts';

/** A page that was visited as a capture visits it. */
interface Visit extends AsyncDisposable {
  page: Page;
  session: CDPSession;
  removal: Removal | undefined;
  blocked: BlockedLog;
}

/** A few options. */
export type Wish = MessageInitShape<typeof OptionsSchema>;

/** A browser that visits pages of this machine's loopback with what options keep away. */
export async function openVisitor({ folder = '/nowhere', metrics = createMetrics('capture') } = {}) {
  await using opening = new AsyncDisposableStack();
  const denyAll = opening.use(await openDenyAllProxy());
  const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
  const chrome = opening.use(await launch({ path, denyAllProxy: denyAll.url, sandbox: process.getuid?.() !== 0 }));
  const allow = [parseAllowEntry('127.0.0.0/8')].filter((entry) => entry !== undefined);
  const guard = createGuard({ allow, resolver: createResolver({ servers: [] }) });
  const blocking = await openBlocking({ folder, log: createLogger({ service: 'capture', level: 'silent' }), metrics });
  const house = opening.move();

  return {
    chrome,
    blocking,
    async visit(url: string, options: Wish = {}): Promise<Visit> {
      await using visiting = new AsyncDisposableStack();
      const exact = withRules(OptionsSchema, create(OptionsSchema, options)).message as Parameters<typeof blocking.planFor>[0]['options'];
      const plan = blocking.planFor({ url, options: exact });
      const proxy = visiting.use(await openProxy({ guard, refuse: plan.refuseHost }));
      const context = await chrome.browser.createBrowserContext({ proxyServer: proxy.url, proxyBypassList: ['<-loopback>'] });
      visiting.defer(() => context.close());
      const page = await context.newPage();
      const session = await page.createCDPSession();
      await plan.beforeLoad({ session });
      if (plan.interceptor) await intercept({ session, interceptors: [plan.interceptor] });
      await page.goto(url);
      const removal = await plan.afterLoad({ session, signal: AbortSignal.timeout(20_000) });
      const stay = visiting.move();
      return { page, session, removal, blocked: plan.blocked, [Symbol.asyncDispose]: () => stay.disposeAsync() };
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

/** Serves these by their paths, on all names of this machine, and writes down what was asked for: host and path. */
export async function servePages(pages: Readonly<Record<string, string>>) {
  const types: Record<string, string> = {
    html: 'text/html',
    js: 'text/javascript',
    css: 'text/css',
    svg: 'image/svg+xml',
    vtt: 'text/vtt',
  };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, hostname } = new URL(request.url ?? '/', `http://${request.headers.host}`);
    asked.push(`${hostname}${pathname}`);
    const type = types[pathname.split('.').at(-1) ?? ''] ?? 'text/html';
    response.writeHead(pathname in pages ? 200 : 404, { 'content-type': type, 'access-control-allow-origin': '*' }).end(pages[pathname]);
  });
  server.on('upgrade', (request, socket) => {
    asked.push(`${request.headers.host?.split(':')[0]}${request.url}`);
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    at: (host: string, path: string) => `http://${host}:${port}${path}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
