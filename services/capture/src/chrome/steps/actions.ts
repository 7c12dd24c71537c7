import { setTimeout as sleep } from 'node:timers/promises';
import { type Step, StepAction } from '@shotwire/contract';
import type { CDPSession, ElementHandle, KeyInput, Page } from 'puppeteer';
import { inPage } from '../page/in-page.ts';
import { scrollDown, shows } from '../page/look.ts';
import { until } from './wait.ts';
import { wentOn } from './went-on.ts';

interface Taking {
  page: Page;
  session: CDPSession;
  step: Step;
  signal: AbortSignal;
}

interface Action {
  word: string;
  take: (taking: Taking) => Promise<unknown>;
}

/** More than this is put in at once, as by pasting. */
const TYPED_MOST = 200;

/** What a step can do to a page, with input events like those of a person. Each waits until its element is visible. */
export const actions: Readonly<Record<number, Action>> = {
  [StepAction.CLICK]: { word: 'click', take: (taking) => withElement(taking, (element) => element.click()) },
  [StepAction.HOVER]: { word: 'hover', take: (taking) => withElement(taking, (element) => element.hover()) },
  [StepAction.TYPE]: {
    word: 'type',
    take: (taking) =>
      withElement(taking, async (element) => {
        const { keyboard } = taking.page;
        const { text } = taking.step;
        await element.focus();
        await (text.length > TYPED_MOST ? keyboard.sendCharacter(text) : keyboard.type(text));
      }),
  },
  [StepAction.PRESS]: {
    word: 'press',
    take: async (taking) => {
      if (taking.step.selector !== '') await withElement(taking, (element) => element.focus());
      await taking.page.keyboard.press(taking.step.key as KeyInput);
    },
  },
  [StepAction.SELECT]: {
    word: 'select',
    take: (taking) =>
      withElement(taking, async (element) => {
        const chosen = await element.select(...taking.step.values);
        if (chosen.length === 0) throw new Error('it has none of these values');
      }),
  },
  [StepAction.SCROLL]: {
    word: 'scroll',
    take: async (taking) => {
      if (taking.step.selector !== '') await withElement(taking, (element) => element.scrollIntoView());
      if (taking.step.pixels) await inPage(taking.session, scrollDown, taking.step.pixels);
    },
  },
  [StepAction.WAIT]: {
    word: 'wait',
    take: async ({ session, step, signal }) => {
      if (step.selector !== '') await until(() => inPage(session, shows, step.selector), signal);
      if (step.seconds) await sleep(step.seconds * 1000, undefined, { signal });
    },
  },
};

async function withElement({ page, session, step, signal }: Taking, act: (element: ElementHandle) => Promise<unknown>): Promise<void> {
  await until(() => inPage(session, shows, step.selector), signal);
  using element = await page.$(step.selector);
  if (!element) throw new Error('it went away');
  try {
    await act(element);
  } catch (thrown) {
    // A press of the button alone can lead elsewhere: it is done then.
    if (!wentOn(thrown)) throw thrown;
  }
}
