import type { Page } from 'puppeteer';

/**
 * What a capture may set on its page for longer than a document lives, by the method that sets it, and what undoes it.
 * `undefined`: nothing undoes it with certainty, so the room is closed. The viewport is not here: every capture sets it.
 */
const undoings = {
  emulateMediaFeatures: (page) => page.emulateMediaFeatures([]),
  emulateMediaType: (page) => page.emulateMediaType(),
  emulateTimezone: (page) => page.emulateTimezone(),
  setUserAgent: (page) => page.setUserAgent({ userAgent: '' }),
  setExtraHTTPHeaders: (page) => page.setExtraHTTPHeaders({}),
  setBypassCSP: (page) => page.setBypassCSP(false),
  authenticate: undefined,
  emulateCPUThrottling: undefined,
  emulateIdleState: undefined,
  emulateNetworkConditions: undefined,
  emulateVisionDeficiency: undefined,
  evaluateOnNewDocument: undefined,
  exposeFunction: undefined,
  setBypassServiceWorker: undefined,
  setCacheEnabled: undefined,
  setDragInterception: undefined,
  setGeolocation: undefined,
  setJavaScriptEnabled: undefined,
  setOfflineMode: undefined,
  setRequestInterception: undefined,
} satisfies { [Method in keyof Page]?: ((page: Page) => Promise<void>) | undefined };

type Method = keyof typeof undoings;

/** Where a pointer rests and which keys are down outlives a document too. */
const inputs = ['mouse', 'keyboard', 'touchscreen'] as const;

/** What captures have set on a page. */
export interface PageSettings {
  /** Puts back to default what was set since the last time. Gives what cannot be, or undefined. */
  undo(): Promise<string | undefined>;
}

/** Notes from now on what is set on the page by puppeteer's methods. */
export function notePageSettings(page: Page): PageSettings {
  const set = new Set<Method>();
  let touched = false;
  for (const method of Object.keys(undoings) as Method[]) {
    const original = page[method].bind(page) as (...given: unknown[]) => unknown;
    const noting = (...given: unknown[]) => {
      set.add(method);
      return original(...given);
    };
    Object.defineProperty(page, method, { value: noting });
  }
  for (const input of inputs) {
    const device = page[input];
    const get = () => {
      touched = true;
      return device;
    };
    Object.defineProperty(page, input, { get });
  }

  return {
    async undo() {
      const methods = [...set];
      const stuck = methods.find((method) => undoings[method] === undefined) ?? (touched ? 'input' : undefined);
      if (stuck) return stuck;
      await Promise.all(methods.map((method) => undoings[method]?.(page)));
      set.clear();
      return undefined;
    },
  };
}
