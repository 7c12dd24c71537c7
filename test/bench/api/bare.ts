import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BareOpen, BareParts } from './bare-program.ts';

/** What a person would write who only wants a row in a table: a Fastify with one insert, and beside it a Node server that streams a file. */
export interface Bare extends AsyncDisposable {
  readonly url: string;
  readonly streamUrl: string;
}

/** Starts it, in a process of its own. */
export async function startBare(parts: BareParts): Promise<Bare> {
  // Where the gateway has its memory limited, so has this.
  const execArgv = ['--max-semi-space-size=2', '--max-old-space-size=128'];
  const child = fork(join(import.meta.dirname, 'bare-program.ts'), [JSON.stringify(parts)], { execArgv });
  const gone = once(child, 'exit');
  const opened = once(child, 'message') as Promise<[BareOpen]>;
  const [{ port, streamPort }] = await Promise.race([opened, gone.then(() => Promise.reject(new Error('the bare server ended')))]);
  return {
    url: `http://127.0.0.1:${port}`,
    streamUrl: `http://127.0.0.1:${streamPort}`,
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
