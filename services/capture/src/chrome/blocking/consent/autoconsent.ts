import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  type BackgroundMessage,
  type Config,
  type ContentScriptMessage,
  filterCompactRules,
  type IndexedCMPRuleset,
} from '@duckduckgo/autoconsent';
import type { World } from '../world.ts';

/** What the engine did in a frame. */
export interface Outcome {
  /** The dialog that it knew. */
  readonly cmp: string;
  /** Whether it says that it closed it. */
  readonly closed: boolean;
}

/** Closes consent dialogs that it knows, by refusing what they ask. */
export interface Autoconsent {
  /** Undefined when it knows no dialog of this frame, or when time is over before it found one. */
  run(frame: {
    world: World;
    pagesWorld: World | undefined;
    url: string;
    isMain: boolean;
    signal: AbortSignal;
  }): Promise<Outcome | undefined>;
}

const config: Partial<Config> = {
  enabled: true,
  autoAction: 'optOut',
  enablePrehide: false,
  enableCosmeticRules: true,
  enableGeneratedRules: true,
  // It is started when a dialog is to be seen, so the first look must find it.
  detectRetries: 0,
  // What no rule knows is hidden rather than clicked: a click may lead to another page.
  heuristicMode: 'off',
  enableHeuristicDetection: false,
};

/** How long a dialog that is known to be there may take to show itself. */
const SHOW_MS = 700;
const POLL_MS = 250;

/** The engine keeps what it has to say in a queue, from which we take it. */
const bridge = `(() => {
  const queue = [];
  let wake = () => {};
  globalThis.autoconsentSendMessage = async (message) => { queue.push(message); wake(); };
  globalThis.shotwireMessages = async (ms) => {
    if (queue.length === 0) await new Promise((resolve) => { wake = resolve; setTimeout(resolve, ms); });
    return JSON.parse(JSON.stringify(queue.splice(0)));
  };
})();`;

/** Reads the engine and its rules. */
export async function readAutoconsent(): Promise<Autoconsent> {
  const entry = import.meta.resolve('@duckduckgo/autoconsent');
  const [script, rules] = await Promise.all([
    readFile(fileURLToPath(new URL('autoconsent.playwright.js', entry)), 'utf8'),
    readFile(fileURLToPath(import.meta.resolve('@duckduckgo/autoconsent/rules/compact-rules.json')), 'utf8'),
  ]);
  const ruleset = JSON.parse(rules) as IndexedCMPRuleset;

  return {
    async run({ world, pagesWorld, url, isMain, signal }) {
      const tell = (message: BackgroundMessage) => world.run(`void globalThis.autoconsentReceiveMessage(${JSON.stringify(message)})`);
      const compact = filterCompactRules(ruleset, { url, mainFrame: isMain });
      await world.run(`${bridge}\n${script}`);
      await tell({ type: 'initResp', config: config as Config, rules: { autoconsent: [], compact } });

      let cmp: string | undefined;
      let shown = false;
      let giveUpAt = Number.POSITIVE_INFINITY;
      while (!signal.aborted && performance.now() < giveUpAt) {
        for (const message of await world.run<ContentScriptMessage[]>(`globalThis.shotwireMessages(${POLL_MS})`)) {
          if (message.type === 'eval') {
            const result = await pagesWorld?.run(message.code).catch(() => false);
            await tell({ type: 'evalResp', id: message.id, result: result ?? false });
          } else if (message.type === 'cmpDetected') {
            cmp = message.cmp;
            if (giveUpAt === Number.POSITIVE_INFINITY) giveUpAt = performance.now() + SHOW_MS;
          } else if (message.type === 'popupFound') {
            ({ cmp } = message);
            shown = true;
            giveUpAt = Number.POSITIVE_INFINITY;
          } else if (message.type === 'optOutResult') return { cmp: message.cmp, closed: message.result };
          else if (message.type === 'report' && message.state.lifecycle === 'nothingDetected') return undefined;
        }
      }
      return cmp !== undefined && shown ? { cmp, closed: false } : undefined;
    },
  };
}
