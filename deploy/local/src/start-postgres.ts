import { freePort } from './free-port.ts';
import { keepRunning } from './keep-running.ts';
import { planPostgres } from './postgres.ts';
import { openState } from './state.ts';

interface PostgresParts {
  /** The folder that holds its state; made if it is not there. */
  home: string;
  /** The PATH on which initdb finds what it calls. */
  path: string;
  /** Settings of the server, on top of the stack's own. */
  settings: Readonly<Record<string, string>>;
  log: (line: string) => void;
}

/** The Postgres of the stack alone, for those who need a database and nothing else. Disposing of it ends it. */
export async function startPostgres({ home, path, settings, log }: PostgresParts): Promise<{ url: string } & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const state = opening.use(await openState(home));
  const plan = await planPostgres({ state, port: await freePort(), path, settings });
  const { signal } = new AbortController();
  opening.use(await keepRunning({ plan, state, log, signal, force: signal }));
  const parts = opening.move();
  return { url: plan.url, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}
