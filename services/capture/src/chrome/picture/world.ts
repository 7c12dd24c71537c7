import { orAborted } from '@shotwire/deadlines';
import type { CDPSession } from 'puppeteer';
import { wentOn } from '../steps/went-on.ts';

/** A place beside the page's own scripts: the same document, and globals that the page cannot tamper with. */
export interface World {
  /**
   * Runs a function in the page, with arguments and a result that are JSON. It knows nothing but its arguments, the globals of the
   * page, and what earlier functions left in this world; when the page has gone to another document that is nothing.
   */
  run<A extends unknown[], R>(script: (...args: A) => R, ...args: A): Promise<R>;
}

/** Opens a world. A page that goes on to another one finds the functions there too. */
export async function openWorld({ session, signal }: { session: CDPSession; signal: AbortSignal }): Promise<World> {
  const enter = async () => {
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'picture' });
    return executionContextId;
  };
  let contextId: number | undefined;

  const evaluate = async (expression: string) => {
    contextId ??= await enter();
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', { expression, contextId, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };

  return {
    async run(script, ...args) {
      const expression = `(${script})(${args.map((argument) => JSON.stringify(argument) ?? 'undefined').join(', ')})`;
      for (;;) {
        try {
          return (await orAborted(evaluate(expression), signal)) as ReturnType<typeof script>;
        } catch (thrown) {
          if (!wentOn(thrown)) throw thrown;
          contextId = undefined;
        }
      }
    },
  };
}
