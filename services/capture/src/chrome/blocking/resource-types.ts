import { ResourceType } from '@shotwire/contract';
import type { Protocol } from 'puppeteer';

/** A kind of request that can be refused. */
interface Kind {
  /** What requests of it are called while they are paused; Chrome pauses by these alone. */
  readonly paused: readonly Protocol.Network.ResourceType[];
  /** What they are called, in lower case, when they are announced: there the kinds are told apart that share a name while paused. */
  readonly announced: readonly string[];
}

/** The kinds of `block_resources`. A WebSocket is never paused, nor is what a page fetches ahead of the next one. */
export const kinds: Readonly<Record<number, Kind>> = {
  [ResourceType.STYLESHEET]: { paused: ['Stylesheet'], announced: ['stylesheet'] },
  [ResourceType.IMAGE]: { paused: ['Image'], announced: ['image'] },
  [ResourceType.MEDIA]: { paused: ['Media'], announced: ['media'] },
  [ResourceType.FONT]: { paused: ['Font'], announced: ['font'] },
  [ResourceType.SCRIPT]: { paused: ['Script'], announced: ['script'] },
  [ResourceType.TEXTTRACK]: { paused: ['Media', 'Other'], announced: ['texttrack'] },
  [ResourceType.XHR]: { paused: ['XHR'], announced: ['xhr'] },
  [ResourceType.FETCH]: { paused: ['XHR', 'Fetch'], announced: ['fetch'] },
  [ResourceType.EVENTSOURCE]: { paused: ['XHR', 'EventSource'], announced: ['eventsource'] },
  [ResourceType.WEBSOCKET]: { paused: [], announced: ['websocket'] },
  [ResourceType.MANIFEST]: { paused: ['Other'], announced: ['manifest'] },
  [ResourceType.OTHER]: {
    paused: ['Other', 'Ping', 'CSPViolationReport'],
    announced: ['other', 'ping', 'cspviolationreport'],
  },
};
