import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard, createGuardedAgent, createResolver, type Guard, openProxy } from '@shotwire/egress';
import { allowEntries, openCamera, type TestCamera } from '../camera.fixture.ts';
import { corpusOf } from '../cases/corpus.ts';
import { answer } from './answer.ts';
import type { Place } from './place.ts';
import { answerOnStreet } from './street-pages.ts';

const { place } = JSON.parse(process.argv[2] ?? '') as { place: Place };

// The same street once more, at an address that makes it a secure context.
const secureStreet = createServer(answerOnStreet(corpusOf(place))).listen(0, '127.0.0.1');
await once(secureStreet, 'listening');
const { port: securePort } = secureStreet.address() as AddressInfo;

const SAY_MS = 2_000;
/** Long enough for a browser to be replaced on a busy machine. */
const SHOOT_S = 50;

let camera: TestCamera | undefined;
let guard: Guard | undefined;
let bare: { chrome: ChildProcess; profile: string } | undefined;

const answers = {
  /** Where a page in a secure context is. */
  secureStreet: () => `localhost:${securePort}`,
  /** Opens the camera with these exceptions to its guard. */
  open: async ({ allow }: { allow: readonly string[] }): Promise<void> => {
    const dnsServers = [`${place.dns.host}:${place.dns.port}`];
    camera = await openCamera({ slots: 4, allow: [...allow, `127.0.0.1/32:${securePort}`], dnsServers });
    guard = createGuard({ allow: allowEntries(allow), resolver: createResolver({ servers: dnsServers }) });
  },
  /** Captures a URL; `picture`, or the kind of the failure. */
  shoot: ({ url, delay = 0 }: { url: string; delay?: number }): Promise<string> =>
    camera?.ending({ url, delay, timeout: SHOOT_S }) ?? Promise.reject(),
  /** Calls a URL as the notifier does; the status, or the kind of the failure. */
  post: async ({ url }: { url: string }): Promise<string> => {
    if (!guard) throw new Error('nothing is open');
    const agent = createGuardedAgent({ guard, connectTimeoutMs: 2_000 });
    const { origin, pathname } = new URL(url);
    try {
      const { statusCode, body } = await agent.request({ origin, path: pathname, method: 'POST', body: '{}', headersTimeout: 5_000 });
      await body.dump();
      return String(statusCode);
    } catch (thrown) {
      return thrown instanceof Error && 'kind' in thrown ? String(thrown.kind) : String(thrown);
    } finally {
      await agent.destroy();
    }
  },
  /** Says something to a proxy of one capture; the status of its last answer. */
  say: async ({ text }: { text: string }): Promise<string> => {
    if (!guard) throw new Error('nothing is open');
    await using proxy = await openProxy({ guard });
    const { host, hostname, port } = new URL(proxy.url);
    const socket = connect({ host: hostname, port: Number(port), timeout: SAY_MS });
    socket.on('error', () => {}).on('timeout', () => socket.destroy());
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.write(text.replaceAll('PROXY', host));
    if (!socket.closed) await once(socket, 'close');
    return /.*HTTP\/1\.\d (\d{3})/s.exec(heard)?.[1] ?? '';
  },
  close: async (): Promise<void> => {
    await camera?.[Symbol.asyncDispose]();
    camera = undefined;
  },
  /** Starts Chrome by itself, with no proxy and none of the camera's switches, and lets it open a page. */
  openBare: async ({ url }: { url: string }): Promise<void> => {
    const profile = await mkdtemp(join(tmpdir(), 'guard-bare-'));
    const chrome = spawn(
      process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell',
      [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-popup-blocking',
        '--no-proxy-server',
        '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,LocalNetworkAccessChecksWebRTC',
        `--user-data-dir=${profile}`,
        '--remote-debugging-pipe',
        url,
      ],
      { detached: true, env: { HOME: profile, TMPDIR: profile }, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    bare = { chrome, profile };
    await once(chrome, 'spawn');
  },
  closeBare: async (): Promise<void> => {
    if (!bare) return;
    const { chrome, profile } = bare;
    bare = undefined;
    if (chrome.exitCode === null && chrome.signalCode === null) {
      const gone = once(chrome, 'exit');
      process.kill(-(chrome.pid as number), 'SIGKILL');
      await gone;
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  },
};
export type CameraAnswers = typeof answers;

answer(answers, async () => {
  await answers.closeBare();
  await answers.close();
});
