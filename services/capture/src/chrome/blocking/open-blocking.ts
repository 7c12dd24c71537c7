import type { Logger, Metrics } from '@shotwire/telemetry';
import type { ExactOptions } from '../../core/options.ts';
import type { Interceptor } from '../intercept/interceptor.ts';
import type { HostFilter, Room } from '../room/room.ts';
import { listenForTypes } from './announced-types.ts';
import { type BlockedLog, openBlockedLog } from './blocked-log.ts';
import { chatHosts, chatSelectors } from './chats.ts';
import { type Consent, openConsent, type Removal } from './consent/open-consent.ts';
import { consentHosts } from './consent-hosts.ts';
import { type Judge, type Judges, openJudges } from './lists/open-judges.ts';
import type { Purpose } from './purposes.ts';
import { refuse } from './refuse.ts';
import { refuseSockets } from './refuse-sockets.ts';
import { kinds } from './resource-types.ts';
import { openStyles, type Styles } from './styles.ts';
import { runInEachDocument } from './world.ts';

/** The options that this is about. */
type Wanted = Pick<
  ExactOptions,
  'blockAds' | 'blockTrackers' | 'blockCookies' | 'blockChats' | 'blockResources' | 'blockUrls' | 'disableJavascript'
>;

/** What one capture keeps away. What it puts into the page ends with the session that is given to it. */
export interface BlockingPlan {
  /** Which hosts the proxy refuses. */
  readonly refuseHost: HostFilter;
  /** Undefined when hosts are all that need be known. */
  readonly interceptor: Interceptor | undefined;
  /** To be called when the page is still empty. */
  beforeLoad(parts: Pick<Room, 'session'>): Promise<void>;
  /** To be called when the page has loaded. Gives what became of consent dialogs; undefined without block_cookies. */
  afterLoad(parts: Pick<Room, 'session'> & { signal: AbortSignal }): Promise<Removal | undefined>;
  /** What was refused so far. */
  readonly blocked: BlockedLog;
}

/** What captures may ask to be kept away. */
export interface Blocking {
  planFor(wish: { url: string; options: Wanted }): BlockingPlan;
}

/** Reads the filter lists of a folder, the rules for consent dialogs, and what else is needed. */
export async function openBlocking({ folder, log, metrics }: { folder: string; log: Logger; metrics: Metrics }): Promise<Blocking> {
  const [judges, consent, stylesFor] = await Promise.all([openJudges({ folder, log, metrics }), openConsent(), openStyles()]);
  const removals = metrics.counter('capture_consent_dialogs_total', 'Consent dialogs seen, by what made them go.', ['by']);

  return {
    planFor({ url, options }) {
      const chosen = chosenJudges(judges, options);
      const styles = stylesFor({
        url,
        judges: chosen.map(([, judge]) => judge),
        cookies: options.blockCookies ? judges.cookies : undefined,
        selectors: options.blockChats ? chatSelectors : [],
      });
      const plan = planOf({ url, options, chosen, styles, consent });
      return {
        ...plan,
        async afterLoad(parts) {
          const removal = await plan.afterLoad(parts).catch((error: unknown) => {
            if (parts.signal.aborted) throw parts.signal.reason;
            // The page may go on to another at any moment; then there is another to be looked at, which may be too much.
            log.debug({ error }, 'a page could not be looked at');
            return undefined;
          });
          if (removal?.detected) removals.inc({ by: removal.by ?? 'nothing' });
          return removal;
        },
      };
    },
  };
}

/** What is said first about a request holds. */
function chosenJudges(judges: Judges, options: Wanted): (readonly [Purpose, Judge])[] {
  const wanted = { chats: options.blockChats, cookies: options.blockCookies, ads: options.blockAds, trackers: options.blockTrackers };
  return (Object.keys(wanted) as Purpose[]).flatMap((purpose) => {
    const judge = judges[purpose];
    return wanted[purpose] && judge ? [[purpose, judge] as const] : [];
  });
}

interface PlanParts {
  url: string;
  options: Wanted;
  chosen: readonly (readonly [Purpose, Judge])[];
  styles: Styles;
  consent: Consent;
}

function planOf({ url, options, chosen, styles, consent }: PlanParts): BlockingPlan {
  const { blockCookies, blockChats, blockResources, blockUrls } = options;
  const scripts = !options.disableJavascript;
  const blocked = openBlockedLog();
  const visit: Parameters<typeof refuse>[0]['visit'] = {};
  const { host, interceptor } = refuse({
    url,
    judges: chosen,
    hosts: [...(blockChats ? [['chats', chatHosts] as const] : []), ...(blockCookies ? [['cookies', consentHosts] as const] : [])],
    resources: blockResources,
    urls: blockUrls,
    log: blocked,
    // Consent dialogs are refused by default, and pausing all requests costs: their hosts must do.
    closely: chosen.some(([purpose]) => purpose !== 'cookies'),
    visit,
  });
  const intercepts = interceptor.patterns.length > 0;
  const kindsAsked = blockResources.flatMap((type) => kinds[type]?.announced ?? []);

  return {
    refuseHost: host,
    interceptor: intercepts ? interceptor : undefined,
    blocked,
    async beforeLoad({ session }) {
      await styles.early(session);
      if (kindsAsked.includes('websocket')) await runInEachDocument(session, refuseSockets, 'pages');
      if (!intercepts) return;
      visit.mainFrame = (await session.send('Page.getFrameTree')).frameTree.frame.id;
      if (kindsAsked.length > 0) visit.announced = await listenForTypes(session);
    },
    async afterLoad({ session, signal }) {
      const hidden = await styles.late(session);
      if (!blockCookies) return undefined;
      const removal = await consent.removeBanner({ session, late: scripts && !blocked.counts.cookies, scripts, signal });
      if (removal.detected) return removal;
      if (hidden > 0) return { detected: true, by: 'cosmetic', removed: true };
      return blocked.counts.cookies ? { detected: true, by: 'host', removed: true } : removal;
    },
  };
}
