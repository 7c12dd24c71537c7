import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Answer, Answers, Question } from './answer.ts';

/** A process that answers, as this one sees it. */
export type Helper<A extends Answers> = {
  readonly ask: { readonly [K in keyof A]: (...given: Parameters<A[K]>) => Promise<Awaited<ReturnType<A[K]>>> };
} & AsyncDisposable;

const START_MS = 20_000;
const ANSWER_MS = 60_000;
const LEAVE_MS = 10_000;

/** Starts a program of this folder behind a command such as `ip netns exec`; it is told `place` and more as JSON. */
export async function startHelper<A extends Answers>(command: readonly string[], file: string, given: object): Promise<Helper<A>> {
  const [program = '', ...args] = [...command, process.execPath, `${import.meta.dirname}/${file}`, JSON.stringify(given)];
  // The tests of a test are not tests of the run above it.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(program, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'json' });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const gone = once(child, 'exit').finally(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} has ended`));
  });
  let asked = 0;

  function expectAnswer(id: number, limitMs: number): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => reject(new Error(`${file} does not answer`)), limitMs);
    waiting.set(id, { resolve, reject });
    return promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(id);
    });
  }

  child.on('message', ({ id, value, error }: Answer) => {
    if (error === undefined) waiting.get(id)?.resolve(value);
    else waiting.get(id)?.reject(new Error(`${file}: ${error}`));
  });
  child.on('error', () => {});

  const leave = async () => {
    if (child.connected) child.disconnect();
    const late = setTimeout(() => child.kill('SIGKILL'), LEAVE_MS);
    if (child.exitCode === null && child.signalCode === null) await gone;
    clearTimeout(late);
  };
  try {
    await expectAnswer(0, START_MS);
  } catch (thrown) {
    await leave();
    throw thrown;
  }

  const call = (name: string) => (question: unknown) => {
    const id = ++asked;
    child.send({ id, name, given: question } satisfies Question);
    return expectAnswer(id, ANSWER_MS);
  };
  const ask = new Proxy({}, { get: (_target, name: string) => call(name) }) as Helper<A>['ask'];
  return { ask, [Symbol.asyncDispose]: leave };
}
