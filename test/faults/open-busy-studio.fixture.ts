import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { eventually } from '@shotwire/testing';
import { openStores, openTestCamera, wish } from '../../services/capture/src/capture.fixture.ts';
import { type Part, type PartProcess, partsOf } from '../../services/capture/src/chrome/browser/processes.fixture.ts';
import { openTestStudio, stored } from '../../services/capture/src/studio/studio.fixture.ts';

export const SLOTS = 4;
const WAITING = 4;
const MOST_WISHES = 1_500;

/** What is stored of a capture beside its picture. */
interface Told {
  timeline: readonly { event: string }[];
}

/** A studio with the real camera that always has more to do than slots, until it is told to finish. */
export async function openBusyStudio({ urls, slots = SLOTS }: { urls: readonly string[]; slots?: number }) {
  await using opening = new AsyncDisposableStack();
  const before = await browserPids();
  const stores = opening.use(await openStores());
  const camera = opening.use(await openTestCamera({ slots }));
  const [first] = (await browserPids()).filter((pid) => !before.includes(pid));
  assert.ok(first, 'a browser runs');
  // Each camera has a proxy of its own that refuses what has no other: its browsers are known by it.
  const mark = /--proxy-server=\S+?(?=\0)/.exec(await readFile(`/proc/${first}/cmdline`, 'utf8'))?.[0] ?? '';
  opening.use(openTestStudio(stores, camera, { slots, graceMs: 20_000 }));

  const ids: string[] = [];
  const count = async (...states: string[]): Promise<number> => {
    const { rows } = await stores.postgres.transaction((trx) =>
      trx.raw('select count(*)::int as count from screenshots where status = any(?)', [states]),
    );
    return rows[0].count;
  };
  let stopped = false;
  const feeding = (async () => {
    while (!stopped && ids.length < MOST_WISHES) {
      const open = await count('pending', 'processing');
      for (let missing = slots + WAITING - open; missing > 0; missing -= 1) {
        ids.push(await wish(stores, { url: urls[ids.length % urls.length] ?? '', options: { timeout: 60 } }));
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  const browsers = async () => {
    const commands = await Promise.all((await browserPids()).map(async (pid) => ({ pid, command: await commandOf(pid) })));
    return commands.filter(({ command }) => command.includes(mark)).map(({ pid }) => pid);
  };

  const house = opening.move();
  return {
    stores,
    browsers,
    inHand: () => count('processing'),
    completed: () => count('completed'),
    /** The processes of one part of the browser that captures are in. */
    async find(part: Part): Promise<PartProcess[]> {
      const [browser] = await browsers();
      return browser === undefined ? [] : (await partsOf(browser)).filter((one) => one.part === part);
    },
    /** Takes no more wishes and waits for the end of all; gives their ids. */
    async finish(): Promise<readonly string[]> {
      stopped = true;
      await feeding;
      await eventually(async () => assert.equal(await count('pending', 'processing'), 0), { timeoutMs: 60_000 });
      return ids;
    },
    /** How many further tries captures had. */
    async retries(): Promise<number> {
      const keys = (await stored(stores)).filter((key) => key.endsWith('.report.json'));
      const reports = await Promise.all(keys.map(async (key) => JSON.parse((await bodyOf(stores, key)).toString()) as Told));
      return reports.flatMap(({ timeline }) => timeline).filter(({ event }) => event === 'tried_again').length;
    },
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await feeding;
      await house.disposeAsync();
    },
  };
}

/** See openBusyStudio. */
export type BusyStudio = Awaited<ReturnType<typeof openBusyStudio>>;

/** An object of the archive. */
export async function bodyOf({ archive }: Pick<Awaited<ReturnType<typeof openStores>>, 'archive'>, key: string): Promise<Buffer> {
  const object = await archive.get({ key, signal: AbortSignal.timeout(10_000) });
  assert.ok(object, key);
  return Buffer.concat(await Array.fromAsync(object.body as AsyncIterable<Buffer>));
}

/** The browsers that this process started and that live. */
export async function browserPids(): Promise<number[]> {
  const children = (await readFile(`/proc/self/task/${process.pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);
  const commands = await Promise.all(children.map(commandOf));
  return children.filter((_, at) => commands[at]?.includes('--remote-debugging-pipe'));
}

/** The profile folders of browsers that this process started. */
export const profiles = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(`shotwire-chrome-${process.pid}-`));

/** How many TCP ports this process listens on. */
export const listeners = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
