import { orAborted } from '@shotwire/deadlines';
import { createGuardedAgent, type Guard } from '@shotwire/egress';
import { allAllowed, noneAllowed, type RobotsRules, readRobots } from '../core/robots-rules.ts';
import type { Robots } from '../studio/camera.ts';
import { fetchRobots, type RobotsAnswer } from './fetch-robots.ts';

interface RobotsParts {
  guard: Pick<Guard, 'dial'>;
  /** For how long a site may take to answer, with all its redirects. */
  timeoutMs?: number;
  /** Milliseconds. */
  now?: () => number;
}

/** RFC 9309 §2.4 allows a day; whoever asks us to crawl has often just changed it. */
const FRESH_MS = 15 * 60_000;
/** A site that did not answer is asked again soon. */
const UNREACHABLE_MS = 30_000;
/** What is remembered at most; the longest asked for is forgotten first. Rules take some five times their text. */
const MOST_SITES = 1_000;
const MOST_CHARACTERS = 8 * 1024 * 1024;

interface Known {
  rules: Promise<RobotsRules>;
  characters: number;
  until: number;
}

/** What sites ask of robots, each asked once in a while, through the guard. */
export function openRobots({ guard, timeoutMs = 10_000, now = () => performance.now() }: RobotsParts): Robots & AsyncDisposable {
  const dispatcher = createGuardedAgent({ guard, connectTimeoutMs: timeoutMs });
  const sites = new Map<string, Known>();

  const ask = (origin: string): Known => {
    // The answer is for all who wait for it, so no one of them ends it.
    const answer = fetchRobots({ dispatcher, origin, signal: AbortSignal.timeout(timeoutMs) });
    const known: Known = { rules: answer.then(rulesOf), characters: 0, until: now() + FRESH_MS };
    void answer.then((came) => {
      known.until = now() + (came.kind === 'unreachable' ? UNREACHABLE_MS : FRESH_MS);
      if (came.kind === 'file') known.characters = came.text.length;
      forget();
    });
    return known;
  };

  const forget = () => {
    let characters = sites.values().reduce((sum, known) => sum + known.characters, 0);
    for (const [origin, known] of sites) {
      if (sites.size <= MOST_SITES && characters <= MOST_CHARACTERS) break;
      sites.delete(origin);
      characters -= known.characters;
    }
  };

  return {
    async rulesFor(origin, signal) {
      const found = sites.get(origin);
      const known = found && found.until > now() ? found : ask(origin);
      sites.delete(origin);
      sites.set(origin, known);
      if (known !== found) forget();
      return orAborted(known.rules, signal);
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

function rulesOf(answer: RobotsAnswer): RobotsRules {
  switch (answer.kind) {
    case 'file':
      return readRobots(answer.text);
    case 'unavailable':
      return allAllowed;
    case 'unreachable':
      return noneAllowed;
  }
}
