import { type AllowEntry, parseAllowEntry } from '@shotwire/egress';
import { openTestCamera, optionsOf } from '../../services/capture/src/capture.fixture.ts';
import { shoot } from '../../services/capture/src/studio/shoot.ts';

/** The real camera, as these tests need it. */
export interface TestCamera extends AsyncDisposable {
  /** Captures once, or as the studio does, again when the browser was lost: `picture`, the kind of the failure, or `no_url`. */
  ending(wish: { url: string; timeout: number; delay?: number; fullPage?: boolean; once?: boolean }): Promise<string>;
  /** Captures as the studio does, again when the browser was lost; gives the picture. */
  picture(wish: { url: string; timeout: number }): Promise<Buffer>;
}

/** Opens it. */
export async function openCamera(given: { slots: number; allow: string[]; dnsServers?: string[] }): Promise<TestCamera> {
  const camera = await openTestCamera(given);
  return {
    async ending({ url, timeout, delay = 0, fullPage = false, once = false }) {
      // The door of the service takes no such thing.
      if (!URL.canParse(url)) return 'no_url';
      const order = { id: 'guard', accountId: 'guard', url, options: optionsOf({ delay, fullPage }) };
      const signal = AbortSignal.timeout(timeout * 1000);
      try {
        await (once ? camera.shoot(order, signal) : shoot(camera, order, signal, () => undefined));
        return 'picture';
      } catch (thrown) {
        if (signal.aborted) return 'timeout';
        if (thrown instanceof Error && 'kind' in thrown) return String(thrown.kind);
        throw thrown;
      }
    },
    picture: async ({ url, timeout }) => {
      const order = { id: 'guard', accountId: 'guard', url, options: optionsOf() };
      return (await shoot(camera, order, AbortSignal.timeout(timeout * 1000), () => undefined)).artefacts[0].body;
    },
    [Symbol.asyncDispose]: () => camera[Symbol.asyncDispose](),
  };
}

/** Exceptions to a guard from their spelling. */
export function allowEntries(texts: readonly string[]): AllowEntry[] {
  return texts.flatMap((text) => parseAllowEntry(text) ?? []);
}
