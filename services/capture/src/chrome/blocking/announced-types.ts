import type { CDPSession, Protocol } from 'puppeteer';

/** What kinds of requests a page announces, where the kind told while they are paused is too coarse. */
export interface AnnouncedTypes {
  /** The type of a request; of one that is not announced in time, what it was called while it was paused. */
  typeOf(paused: { networkId?: string; resourceType: string }): Promise<string>;
}

/** The announcement comes by another way than the pause, mostly earlier, sometimes a little later. */
const WAIT_MS = 250;
const MOST = 3_000;

/** Listens to what a page announces, until the session ends. */
export async function listenForTypes(session: CDPSession): Promise<AnnouncedTypes> {
  const types = new Map<string, string>();
  const waiting = new Map<string, (type: string) => void>();
  const hear = ({ requestId, type = 'Other' }: Protocol.Network.RequestWillBeSentEvent) => {
    waiting.get(requestId)?.(type.toLowerCase());
    if (types.size < MOST) types.set(requestId, type.toLowerCase());
  };
  session.on('Network.requestWillBeSent', hear);
  await session.send('Network.enable');
  return {
    async typeOf({ networkId = '', resourceType }) {
      const known = types.get(networkId);
      if (known) return known;
      const { promise, resolve } = Promise.withResolvers<string>();
      const timer = setTimeout(() => resolve(resourceType.toLowerCase()), WAIT_MS);
      waiting.set(networkId, resolve);
      const type = await promise;
      clearTimeout(timer);
      waiting.delete(networkId);
      return type;
    },
  };
}
