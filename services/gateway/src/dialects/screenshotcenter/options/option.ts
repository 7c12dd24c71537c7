import type { Read, Reader } from '../read.ts';

/** A wish in the making, in the names of the native API. */
export type Draft = Record<string, unknown> & {
  headers?: Record<string, string>;
  geolocation?: Record<string, unknown>;
  pdf?: Record<string, unknown>;
  video?: Record<string, unknown>;
  also?: string[];
};

/** What this installation has that options depend on. */
export interface Place {
  /** Proxies by the country in which they come out, in lower case; empty where requests come out there by themselves. */
  proxies: ReadonlyMap<string, string>;
}

/** What an echo is made of: the options of a screenshot as the native API shows them, and its tags and apps. */
export interface Shown {
  options: Readonly<Record<string, unknown>>;
  tags: readonly string[];
  apps: readonly string[];
}

/** What becomes of one of their options: for the table of docs/dialects.md. */
export type Fate = 'honoured' | 'translated' | 'without effect' | 'refused';

/** One of their options, in ours. */
export interface Option {
  fate: Fate;
  /** A sentence for docs/dialects.md. */
  says: string;
  /** What counts when it is not sent, as it would be sent. */
  fallback?: unknown;
  /** Reads what was sent and writes it into the wish; the value that it read, or what it must be. */
  take: (sent: unknown, draft: Draft, place: Place) => Read<unknown>;
  /** The fields of ours that hold it: what is wrong with them is said of it. */
  ours?: readonly string[];
  /** Its value in an answer, from what ours show. What has none and is kept comes back as it was sent; else it is null. */
  echo?: (shown: Shown) => unknown;
  /** Whether its value is kept with the screenshot, since no option of ours tells it again. */
  kept?: true;
}

type About = Pick<Option, 'says' | 'fallback' | 'ours' | 'echo' | 'kept'>;

/** An option that ours has under another name, or under the same. */
export function same<T>(ours: string, read: Reader<T>, about: Omit<About, 'ours' | 'echo'> & Pick<Partial<Option>, 'echo'>): Option {
  const [root = '', inner] = ours.split('.') as [string, string?];
  return {
    fate: 'honoured',
    ours: [ours],
    echo: ({ options }) => (inner ? (options[root] as Record<string, unknown> | undefined)?.[inner] : options[root]) ?? null,
    ...about,
    take: (sent, draft) => {
      const got = read(sent);
      if (!('value' in got)) return got;
      if (inner) draft[root] = { ...(draft[root] as object), [inner]: got.value };
      else draft[root] = got.value;
      return got;
    },
  };
}

/** An option that is put differently. */
export function put<T>(read: Reader<T>, write: (value: T, draft: Draft, place: Place) => string | undefined, about: About): Option {
  return {
    fate: 'translated',
    ...about,
    take: (sent, draft, place) => {
      const got = read(sent);
      if (!('value' in got)) return got;
      const problem = write(got.value, draft, place);
      return problem === undefined ? got : { problem };
    },
  };
}

/** An option that changes nothing here. It comes back as it was sent. */
export function idle<T>(read: Reader<T>, about: Pick<Option, 'says' | 'fallback'>): Option {
  return { fate: 'without effect', kept: true, ...about, take: (sent) => read(sent) };
}

/** An option that nothing here can honour. */
export function refused(problem: string): Option {
  return { fate: 'refused', says: `Refused: it ${problem}.`, take: () => ({ problem }) };
}
