import { setImmediate } from 'node:timers/promises';
import { FiltersEngine, Request } from '@ghostery/adblocker';
import type { Logger, Metrics } from '@shotwire/telemetry';
import { type Purpose, purposes } from '../purposes.ts';
import { type Neutered, readNeutered } from './neutered.ts';
import { readLists } from './read-lists.ts';

/** What a page asks for. */
interface Asked {
  url: string;
  /** The URL of the page. */
  from: string;
  type: 'script' | 'image' | 'stylesheet' | 'font' | 'media' | 'xhr' | 'ping' | 'sub_frame' | 'websocket' | 'other';
}

/** A page, and what in it rules may be about. */
export interface Seen {
  url: string;
  /** Left out before there is a page: then only rules for its host, and the few for every page, are given. */
  tokens?: { classes: string[]; ids: string[]; hrefs: string[] };
}

/** A selector with the declarations that it is to have. */
export type StyleRule = readonly [selector: string, declarations: string];

/** The lists of one purpose. */
export interface Judge {
  /** Whether a request is refused, and with what a page is to be content instead; undefined when it may go. */
  refuses(asked: Asked): { instead: Neutered | undefined } | undefined;
  /** What hides the elements that rules are about. */
  styles(seen: Seen): StyleRule[];
}

const AGED_DAYS = 30;

/** The judges, by purpose; none for a purpose that no list is for. */
export type Judges = Readonly<Partial<Record<Purpose, Judge>>>;

/** Reads the lists and gives their judges. Parsing takes about a second of start for what Debian installs. */
export async function openJudges({ folder, log, metrics }: { folder: string; log: Logger; metrics: Metrics }): Promise<Judges> {
  const [lists, neutered] = await Promise.all([readLists(folder), readNeutered(folder)]);
  if (lists.length === 0) log.warn({ folder }, 'no filter lists were found: block_ads and block_trackers refuse next to nothing');
  for (const { name, purposes: against, rules, changedAt } of lists) {
    const days = Math.floor((Date.now() - changedAt) / 86_400_000);
    const write = days > AGED_DAYS ? log.warn.bind(log) : log.info.bind(log);
    write({ list: name, purposes: against, rules, changed: new Date(changedAt).toISOString(), days }, 'a filter list is read');
  }
  // The texts, some megabytes, are not kept.
  const ages = lists.map(({ name, changedAt }) => ({ name, changedAt }));
  metrics.gauge('capture_block_list_age_seconds', 'Since a filter list was last changed by its makers.', ['list'], (gauge) => {
    for (const { name, changedAt } of ages) gauge.set({ list: name }, Math.max(0, (Date.now() - changedAt) / 1000));
  });

  const judges: Partial<Record<Purpose, Judge>> = {};
  for (const purpose of purposes) {
    const concerned = lists.filter((list) => list.purposes.includes(purpose));
    // What is for all of them are exceptions, which alone refuse nothing.
    if (!concerned.some((list) => list.purposes.length === 1)) continue;
    const texts = concerned.map(({ text }) => text);
    judges[purpose] = judgeOf(FiltersEngine.parse(texts.join('\n')), neutered);
    // Each takes part of a second in which nothing else runs.
    await setImmediate();
  }
  return judges;
}

function judgeOf(engine: FiltersEngine, neutered: (name: string) => Neutered | undefined): Judge {
  return {
    refuses({ url, from, type }) {
      const { match, filter } = engine.match(Request.fromRawDetails({ url, sourceUrl: from, type }));
      if (!match) return undefined;
      return { instead: filter?.isRedirect() ? neutered(filter.getRedirectResource()) : undefined };
    },
    styles({ url, tokens }) {
      const { hostname, domain } = Request.fromRawDetails({ url });
      const { styles } = engine.getCosmeticsFilters({
        url,
        hostname,
        domain,
        ...tokens,
        getRulesFromDOM: tokens !== undefined,
        getInjectionRules: false,
        getExtendedRules: false,
      });
      return styleRules(styles);
    },
  };
}

/** Takes a sheet of the engine's apart: one selector that Chrome does not know would lose all that share its rule. */
function styleRules(sheet: string): StyleRule[] {
  return sheet
    .split('\n\n')
    .filter(Boolean)
    .flatMap((block) => {
      const [, selectors = '', declarations = ''] = /^([\s\S]*) \{ ([^{}]*) \}$/.exec(block) ?? [];
      return selectors.split(',\n').map((selector): StyleRule => [selector, declarations]);
    });
}
