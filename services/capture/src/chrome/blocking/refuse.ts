import type { Protocol } from 'puppeteer';
import type { Decision, Interceptor } from '../intercept/interceptor.ts';
import { toChromePattern, urlTest } from '../intercept/pattern.ts';
import type { HostFilter } from '../room/room.ts';
import type { AnnouncedTypes } from './announced-types.ts';
import type { BlockedLog } from './blocked-log.ts';
import type { Judge } from './lists/open-judges.ts';
import type { Purpose, Reason } from './purposes.ts';
import { kinds } from './resource-types.ts';

interface RefusalParts {
  /** Of the page that is captured. */
  url: string;
  /** The first that refuses names the reason. */
  judges: readonly (readonly [Purpose, Judge])[];
  /** Hosts that are refused with their subdomains. */
  hosts: readonly (readonly [Purpose, readonly string[]])[];
  resources: readonly number[];
  urls: readonly string[];
  log: BlockedLog & { add(blocked: { url: string; type: string; reason: Reason }): void };
  /** Whether requests are judged one by one as well, and not by their hosts alone. */
  closely: boolean;
  /** Filled in when the page is there. */
  visit: { mainFrame?: string; announced?: AnnouncedTypes };
}

/** A host to which WebSockets are sent that are to fail: what it stands before tells whither they were going. */
export const refusedSockets = 'websocket.invalid';

/** Which requests of a capture are refused: by host in the proxy, and where more must be known of them, one by one. */
export interface Refusal {
  readonly host: HostFilter;
  readonly interceptor: Interceptor;
}

const listTypes: Partial<Record<Protocol.Network.ResourceType, Parameters<Judge['refuses']>[0]['type']>> = {
  Document: 'sub_frame',
  Stylesheet: 'stylesheet',
  Image: 'image',
  Media: 'media',
  Font: 'font',
  Script: 'script',
  XHR: 'xhr',
  Ping: 'ping',
};

/** Makes the refusals of one capture. The page's own document, and as a whole its own host, are never refused. */
export function refuse({ url, judges, hosts, resources, urls, log, closely, visit }: RefusalParts): Refusal {
  const pageHost = new URL(url).hostname;
  const tests = urls.map(urlTest);
  const fits = (address: string) => tests.some((test) => test(address));
  // A pattern that ends in * and fits the root of a host fits everything there.
  const wide = urls.filter((pattern) => pattern.endsWith('*')).map(urlTest);
  const announcedKinds = new Set(resources.flatMap((type) => kinds[type]?.announced ?? []));
  const pausedKinds = new Set(resources.flatMap((type) => kinds[type]?.paused ?? []));
  /** Hosts of which a request was let go after a close look: the proxy must not know better. */
  const passed = new Set<string>();
  const known = new Map<string, Reason | undefined>();
  let page = url;

  const ofKnownHost = (host: string): Purpose | undefined => {
    if (host === pageHost) return undefined;
    return hosts.find(([, names]) => names.some((name) => host === name || host.endsWith(`.${name}`)))?.[0];
  };

  const judgeHost = (host: string): Reason | undefined => {
    if (['https', 'http', 'wss', 'ws'].some((scheme) => wide.some((test) => test(`${scheme}://${host}/`)))) return 'url';
    const purpose = ofKnownHost(host);
    if (purpose) return purpose;
    // `script` is what lists are written against most; what they say of a whole host holds for every type.
    return judges.find(([, judge]) => judge.refuses({ url: `https://${host}/`, from: page, type: 'script' }))?.[0];
  };

  const judgeRequest = async (paused: Protocol.Fetch.RequestPausedEvent): Promise<{ reason: Reason; decision: Decision } | undefined> => {
    const { request, resourceType } = paused;
    const refused = (reason: Reason) => ({ reason, decision: { fail: 'BlockedByClient' } as const });
    if (pausedKinds.has(resourceType) && announcedKinds.has((await visit.announced?.typeOf(paused)) ?? '')) return refused('resource');
    if (fits(request.url)) return refused('url');
    const purpose = ofKnownHost(hostOf(request.url));
    if (purpose) return refused(purpose);
    const asked = { url: request.url, from: page, type: listTypes[resourceType] ?? 'other' } as const;
    const verdicts = judges.map(([against, judge]) => ({ against, verdict: judge.refuses(asked) })).filter(({ verdict }) => verdict);
    const [first] = verdicts;
    if (!first) return undefined;
    // One list may refuse what another has something to offer for.
    const instead = verdicts.find(({ verdict }) => verdict?.instead)?.verdict?.instead;
    return instead ? { reason: first.against, decision: standIn(instead) } : refused(first.against);
  };

  return {
    host(host) {
      if (host === pageHost || passed.has(host)) return undefined;
      if (host.endsWith(`.${refusedSockets}`)) {
        log.add({ url: `wss://${host.slice(0, -refusedSockets.length - 1)}/`, type: 'websocket', reason: 'resource' });
        return 'resource';
      }
      if (!known.has(host)) {
        const reason = judgeHost(host);
        known.set(host, reason);
        if (reason) log.add({ url: `https://${host}/`, type: 'host', reason });
      }
      return known.get(host);
    },
    interceptor: {
      patterns: patternsOf({ everything: closely, pausedKinds, urls }),
      async onRequest(paused) {
        const { resourceType, frameId, request } = paused;
        if (resourceType === 'Document' && frameId === visit.mainFrame) {
          page = request.url;
          return 'pass';
        }
        const verdict = await judgeRequest(paused);
        if (verdict) log.add({ url: request.url, type: resourceType.toLowerCase(), reason: verdict.reason });
        else passed.add(hostOf(request.url));
        return verdict?.decision ?? 'pass';
      },
    },
  };
}

function patternsOf({
  everything,
  pausedKinds,
  urls,
}: {
  everything: boolean;
  pausedKinds: ReadonlySet<Protocol.Network.ResourceType>;
  urls: readonly string[];
}): Interceptor['patterns'] {
  if (everything) return [{ urlPattern: '*' }];
  return [
    ...Array.from(pausedKinds, (resourceType) => ({ urlPattern: '*', resourceType })),
    ...urls.map((pattern) => ({ urlPattern: toChromePattern(pattern) })),
  ];
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}

function standIn({ contentType, body }: { contentType: string; body: Buffer }): Decision {
  const responseHeaders = [
    { name: 'content-type', value: contentType },
    { name: 'access-control-allow-origin', value: '*' },
  ];
  return { fulfil: { responseCode: 200, responseHeaders, body: body.toString('base64') } };
}
