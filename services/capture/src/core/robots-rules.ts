import { canonicalEscapes } from './url-escapes.ts';

/** What a site asks of robots. */
export interface RobotsRules {
  /** Whether the page may be visited. */
  allows(url: URL): boolean;
}

/** The product token that sites address us by. */
export const ROBOT = 'Shotwire';

export const allAllowed: RobotsRules = { allows: () => true };
export const noneAllowed: RobotsRules = { allows: () => false };

interface Rule {
  /** Between its stars. */
  parts: readonly string[];
  length: number;
  /** Whether the path has to end where it ends. */
  anchored: boolean;
  allow: boolean;
}

/** No path of ours is longer, so that what is asks nothing of us. */
const LONGEST_PATTERN = 2_048;
/** Each rule is tried for each link. Those with stars have to be looked for in it. */
const MOST_RULES = 10_000;
const MOST_STARRED = 1_000;

/**
 * The rules of a robots.txt for one robot, by RFC 9309: of the groups that name it, else of those for everyone. The text may be anything.
 * (The npm package robots-parser takes seconds and half a gigabyte for 63 kB of agents times rules.)
 */
export function readRobots(text: string, robot = ROBOT): RobotsRules {
  const [mine, everyones] = [collect(), collect()];
  const token = robot.toLowerCase();
  let addressed = { me: false, everyone: false };
  let namesMe = false;
  let afterRule = true;

  for (const [, rawKey = '', rawValue = ''] of text.matchAll(/^[ \t\ufeff]*([a-z-]{1,20})[ \t]*:([^\r\n#]*)/gim)) {
    const [key, value] = [rawKey.toLowerCase(), rawValue.trim()];
    if (key === 'user-agent') {
      if (afterRule) addressed = { me: false, everyone: false };
      afterRule = false;
      if (/^[a-z_-]+/i.exec(value)?.[0].toLowerCase() === token) addressed.me = namesMe = true;
      if (value.startsWith('*')) addressed.everyone = true;
    } else if (key === 'allow' || key === 'disallow') {
      afterRule = true;
      if (value === '' || value.length > LONGEST_PATTERN) continue;
      const rule = ruleOf(value, key === 'allow');
      if (addressed.me) mine.add(rule);
      if (addressed.everyone) everyones.add(rule);
    }
  }
  // The longest that fits decides, and of two of a length the one that allows.
  const rules = (namesMe ? mine : everyones).rules.sort((a, b) => b.length - a.length || Number(b.allow) - Number(a.allow));
  return {
    allows: ({ pathname, search }) => {
      if (pathname === '/robots.txt') return true;
      const path = canonicalEscapes(pathname + search);
      return rules.find((rule) => fits(rule, path))?.allow ?? true;
    },
  };
}

function collect() {
  const rules: Rule[] = [];
  let starred = 0;
  return {
    rules,
    add(rule: Rule) {
      if (rules.length < MOST_RULES && (rule.parts.length === 1 || ++starred <= MOST_STARRED)) rules.push(rule);
    },
  };
}

function ruleOf(pattern: string, allow: boolean): Rule {
  const canonical = canonicalEscapes(pattern);
  const anchored = canonical.endsWith('$');
  return { parts: (anchored ? canonical.slice(0, -1) : canonical).split(/\*+/), length: canonical.length, anchored, allow };
}

/** Each part at the first place where it is found: if the pattern fits at all, it fits so. */
function fits({ parts: [first = '', ...others], anchored }: Rule, path: string): boolean {
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = anchored ? others.pop() : undefined;
  for (const part of others) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  if (!anchored) return true;
  return last === undefined ? at === path.length : path.length - last.length >= at && path.endsWith(last);
}
