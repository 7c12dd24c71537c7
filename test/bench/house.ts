import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Stack, startStack } from '@shotwire/local';
import { startReceiver } from '@shotwire/testing';

/** What is posted: a page by its URL, or as it is, and options where they are not the default. */
export type Wish = { readonly url?: string; readonly html?: string; readonly markdown?: string } & Readonly<Record<string, unknown>>;

/** A screenshot that came to its end. */
export interface Finished {
  readonly id: string;
  /** Undefined when the picture was taken. */
  readonly problem: string | undefined;
  /** When the wish was posted, on the clock of performance.now(). */
  readonly postedMs: number;
  /** When the 202 was there, on the clock of performance.now(). */
  readonly acceptedMs: number;
  /** When the webhook arrived, in milliseconds since the epoch. */
  readonly toldMs: number;
  /** When the screenshot was completed, in milliseconds since the epoch; undefined when it failed. */
  readonly completedMs: number | undefined;
}

/** Shotwire as a whole, and a client of it. */
export interface House extends AsyncDisposable {
  readonly services: Stack['services'];
  /** The folder with the pictures. */
  readonly archive: string;
  /** Posts a wish and waits for its webhook; throws when either fails, or the webhook is not there within 15 minutes. */
  capture(wish: Wish): Promise<Finished>;
  /** GETs a path of the API and gives the JSON; throws when the answer is not 200. */
  get(path: string): Promise<unknown>;
  /** GETs the picture of a screenshot; throws when the answer is not 200. */
  image(id: string): Promise<Buffer>;
}

interface HouseParts {
  env: Readonly<Record<string, string | undefined>>;
  slots: number;
  /** The ports on 127.0.0.1 that may be captured. */
  sitePorts: readonly number[];
  log: (line: string) => void;
  signal: AbortSignal;
}

interface Told {
  event: string;
  data: { id: string; completed_at?: string; error?: { message: string; code: string } };
}

// A batch of a thousand takes its time.
const TOLD_MS = 900_000;

/** Starts the embedded stack in a folder of its own, with a receiver of webhooks beside it. */
export async function openHouse({ env, slots, sitePorts, log, signal }: HouseParts): Promise<House> {
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'shotwire-bench-'));
  opening.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const archive = join(home, 'pictures');
  const receiver = opening.use(await startReceiver());
  const { url, apiKey, services } = opening.use(
    await startStack({
      home,
      port: 0,
      log,
      signal,
      env: {
        // Whatever this shell has set for another installation must not reach the one that is measured.
        PATH: env.PATH,
        HOME: env.HOME,
        CHROME_PATH: env.CHROME_PATH,
        BLOCK_LISTS: env.BLOCK_LISTS,
        CHROME_SLOTS: String(slots),
        ARCHIVE_URL: pathToFileURL(archive).href,
        EGRESS_ALLOW: [...sitePorts, receiver.port].map((port) => `127.0.0.1/32:${port}`).join(),
        WEBHOOK_ALLOW_HTTP: '1',
      },
    }),
  );

  const waiting = new Map<string, PromiseWithResolvers<Pick<Finished, 'toldMs' | 'completedMs' | 'problem'>>>();
  // A webhook may be there before the answer that it belongs to has been read.
  const endOf = (id: string) => {
    const end = waiting.get(id) ?? Promise.withResolvers();
    waiting.set(id, end);
    return end;
  };
  receiver.respondWith(({ body, at }) => {
    const { data } = JSON.parse(body.toString()) as Told;
    endOf(data.id).resolve({
      toldMs: at,
      completedMs: data.completed_at === undefined ? undefined : Date.parse(data.completed_at),
      problem: data.error && `${data.error.code}: ${data.error.message}`,
    });
    return { status: 200 };
  });

  const ask = async (path: string, init: { method?: string; body?: string } = {}) => {
    const headers = { authorization: `Bearer ${apiKey}`, ...(init.body && { 'content-type': 'application/json' }) };
    const response = await fetch(`${url}${path}`, { ...init, headers, signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) });
    const answeredMs = performance.now();
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path} was answered with ${response.status}: ${body}`);
    return { answeredMs, body };
  };

  const house = opening.move();
  return {
    services,
    archive,
    async capture(wish) {
      const body = JSON.stringify({ ...wish, webhook_url: `${receiver.url}/hook` });
      const postedMs = performance.now();
      const { answeredMs: acceptedMs, body: answer } = await ask('/api/v1/screenshots', { method: 'POST', body });
      const { id } = JSON.parse(answer.toString()) as { id: string };
      const end = endOf(id);
      const giveUp = () => end.reject(signal.reason ?? new Error(`No webhook told the end of ${id} within ${TOLD_MS} ms.`));
      const timer = setTimeout(giveUp, TOLD_MS);
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        return { id, postedMs, acceptedMs, ...(await end.promise) };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        waiting.delete(id);
      }
    },
    async get(path) {
      return JSON.parse((await ask(path)).body.toString());
    },
    image: async (id) => (await ask(`/api/v1/screenshots/${id}/image`)).body,
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}
