import { setTimeout as sleep } from 'node:timers/promises';
import { WaitUntil } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { CDPSession, Protocol } from 'puppeteer';
import { inPage, sentenceOf } from '../page/in-page.ts';
import { shows } from '../page/look.ts';
import type { Shot } from './shot.ts';
import { wentOn } from './went-on.ts';

/** Waits for what the options name, and until the fonts of the page that is there by then have come. */
export async function wait(shot: Shot): Promise<void> {
  const { room, options, pageSignal, notes } = shot;
  const { waitForSelector, waitForFunction, delay } = options;
  if (waitForSelector !== '') {
    await until(() => inPage(room.session, shows, waitForSelector), pageSignal);
    notes.mark('waited', { for: 'selector', selector: waitForSelector, why: 'visible' });
  }
  if (waitForFunction !== '') {
    await until(() => isTrue(room.session, waitForFunction), pageSignal);
    notes.mark('waited', { for: 'function', why: 'true' });
  }
  if (delay > 0) {
    await sleep(delay * 1000, undefined, { signal: pageSignal });
    notes.mark('waited', { for: 'delay', why: 'over' });
  }
  await fontsCame(shot);
}

/** Waits for the fonts of the page that is there. One message, in the page's own world, since every capture waits for this. */
export async function fontsCame({ room: { session }, options, pageSignal }: Shot): Promise<void> {
  // What is ready has loaded: where that is not waited for, what has been begun counts.
  const begun = options.waitUntil === WaitUntil.DOMCONTENTLOADED;
  const expression = begun
    ? 'Promise.allSettled([...document.fonts].filter((font) => font.status === "loading").map((font) => font.loaded))'
    : 'document.fonts.ready';
  const call = { expression: `${expression}.then(() => undefined)`, awaitPromise: true };
  const came = () => session.send('Runtime.evaluate', call).then(() => true, unlessWentOn);
  // It may go on by itself meanwhile, and then it is another one whose fonts count.
  while (!(await came())) pageSignal.throwIfAborted();
}

function unlessWentOn(thrown: unknown): false {
  if (!wentOn(thrown)) throw thrown;
  return false;
}

const POLL_MS = { first: 20, most: 200 };

/** Asks again and again, ever less often, until it is so. Rejects with the reason of the signal. */
export async function until(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (let pause = POLL_MS.first; !(await isSo()); pause = Math.min(pause * 1.5, POLL_MS.most)) {
    signal.throwIfAborted();
    await sleep(pause);
  }
}

/** Whether an expression is true in the page's own world. One that throws is not true yet; one that is none is a failure. */
async function isTrue(session: CDPSession, expression: string): Promise<boolean> {
  const evaluate = async (code: string): Promise<Protocol.Runtime.RemoteObject | undefined> => {
    try {
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression: `(${code}\n)`, awaitPromise: true });
      // A syntax error of this expression has no stack: nothing was running.
      if (exceptionDetails?.exception?.className === 'SyntaxError' && !exceptionDetails.stackTrace?.callFrames.length) {
        throw new Failure('wait_failed', { says: `wait_for_function is not an expression: ${sentenceOf(exceptionDetails)}` });
      }
      return exceptionDetails ? undefined : result;
    } catch (thrown) {
      if (wentOn(thrown)) return undefined;
      throw thrown;
    }
  };
  const result = await evaluate(expression);
  return isTruthy(result?.type === 'function' ? await evaluate(`(${expression}\n)()`) : result);
}

function isTruthy(result: Protocol.Runtime.RemoteObject | undefined): boolean {
  if (result?.objectId) return true;
  return result?.unserializableValue ? /Infinity|[1-9]/.test(result.unserializableValue) : Boolean(result?.value);
}
