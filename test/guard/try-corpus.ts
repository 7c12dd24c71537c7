import { denyTable } from '@shotwire/egress';
import { eventually } from '@shotwire/testing';
import type { Case, Way } from './cases/case.ts';
import { refusedUrls } from './cases/schemes.ts';
import type { Town } from './town/open-town.ts';

/** What came of trying every case once. */
export interface Outcome {
  /** The ports of the cases that arrived somewhere. */
  readonly hits: ReadonlySet<number>;
  /** How captures, calls and words ended, by port. */
  readonly endings: ReadonlyMap<number, string>;
}

/** What is known of a town that was guarded. */
export interface GuardedOutcome extends Outcome {
  /** How the capture of a URL that is not of the web ended. */
  readonly schemes: ReadonlyMap<string, string>;
  /** Packets that victims were sent; undefined where these cannot be counted. */
  readonly packets: number | undefined;
  /** Names that were asked for past the service's own resolver. */
  readonly strayQuestions: readonly string[];
  /** Names that its resolver asked for, for one capture of the page that embeds them all. */
  readonly questions: readonly string[];
}

const CONTROL_MS = 15_000;
const everything = ['0.0.0.0/0', '::/0', ...denyTable.map(({ cidr }) => cidr)];

/** Tries every case with the guard as it is in service. */
export async function tryGuarded(town: Town, cases: readonly Case[]): Promise<GuardedOutcome> {
  const { camera, place } = town;
  const before = await town.packets();
  await camera.open({ allow: place.namespaces ? [] : [`${place.street.host}/32:${place.street.port}`] });
  const endings = new Map<number, string>();
  const web = streetUrl(town);

  const questions = await questionsOf(
    town,
    `${web}/embedded`,
    cases.filter(({ way, records }) => way === 'embedded' && records).length * 2,
  );
  // Long enough for what a page does after it has loaded: ICE checks, frames that go on, workers that start.
  await expectPicture(town, `${web}/vector`, 2);
  await expectPicture(town, `http://${await camera.secureStreet()}/secure`, 2);
  await tryOthers(town, cases, endings);
  const schemes = new Map<string, string>();
  for (const url of refusedUrls) schemes.set(url, await camera.shoot({ url }));
  await camera.close();

  const { ports, names } = await town.hits();
  const after = await town.packets();
  const packets = after === undefined || before === undefined ? undefined : after - before;
  return { hits: ports, endings, schemes, packets, strayQuestions: [...names], questions };
}

/**
 * Tries every case that can be proven with the guard off: what the guard decides with one that allows everything, what goes past
 * it with a Chrome that has no proxy.
 */
export async function tryUnguarded(town: Town, cases: readonly Case[]): Promise<Outcome> {
  const { camera } = town;
  const endings = new Map<number, string>();
  const hits = new Set<number>();
  const provable = cases.filter(({ unprovable }) => unprovable === undefined);
  const web = streetUrl(town);
  await camera.open({ allow: everything });
  await expectPicture(town, `${web}/embedded?provable`, 0);
  // A page that goes on by itself may need longer on a busy machine than it is given: what did not arrive is tried once more.
  for (const _round of [1, 2]) {
    const missing = provable.filter(({ port }) => !hits.has(port));
    await tryOthers(town, missing, endings);
    for (const port of (await town.hits()).ports) hits.add(port);
  }
  await camera.close();

  const pages = { vector: `${web}/vector?provable`, secure: `http://${await camera.secureStreet()}/secure?provable` };
  for (const [way, url] of Object.entries(pages)) {
    const wanted = provable.filter((row) => row.way === way);
    await camera.openBare({ url });
    const allThere = async () => {
      const { ports, names } = await town.hits();
      for (const { port, host } of wanted) if (ports.has(port) || names.has(host)) hits.add(port);
      return wanted.every(({ port }) => hits.has(port));
    };
    // Those that are still missing are named by the tests.
    await eventually(allThere, { timeoutMs: CONTROL_MS, everyMs: 200 }).catch(() => {});
    await camera.closeBare();
  }
  return { hits, endings };
}

/** The questions of one capture of a page; of a second one, when Chrome gave up requests of the first: a new network makes it do that. */
async function questionsOf(town: Town, url: string, expected: number): Promise<readonly string[]> {
  await town.street.seen();
  await expectPicture(town, url, 0);
  const { names } = await town.street.seen();
  if (names.length >= expected) return names;
  await expectPicture(town, url, 0);
  return (await town.street.seen()).names;
}

function streetUrl({ place: { street } }: Town): string {
  return `http://${street.host}:${street.port}`;
}

async function expectPicture({ camera }: Town, url: string, delay: number): Promise<void> {
  const ending = await camera.shoot({ url, delay });
  if (ending !== 'picture') throw new Error(`${url} ended with ${ending}`);
}

/** How a case that has no page in common with others is tried; gives how it ended. */
const tries: Readonly<Partial<Record<Way, (town: Town, row: Case) => Promise<string>>>> = {
  // A page that goes on by itself does so after it has loaded.
  visited: ({ camera }, { text }) => camera.shoot({ url: text, delay: /\/(refresh|meta|script|form|click)\?/.test(text) ? 2 : 0 }),
  revisited: async ({ camera }, { text }) => `${await camera.shoot({ url: text })}, ${await camera.shoot({ url: text })}`,
  posted: ({ camera }, { text }) => camera.post({ url: text }),
  said: ({ camera }, { text }) => camera.say({ text }),
};

async function tryOthers(town: Town, cases: readonly Case[], endings: Map<number, string>): Promise<void> {
  await Promise.all(
    cases.map(async (row) => {
      const ending = await tries[row.way]?.(town, row);
      if (ending !== undefined) endings.set(row.port, ending);
    }),
  );
}
