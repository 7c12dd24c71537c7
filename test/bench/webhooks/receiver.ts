import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import type { Said, Told } from './receiver-program.ts';

/** A receiver in a process of its own, so that neither side of a comparison answers itself. */
export interface BenchReceiver extends AsyncDisposable {
  /** Of any host name under localhost. */
  readonly port: number;
  /** Where connections are taken and nothing is ever answered. */
  readonly deadPort: number;
  /** When which path was asked for since the last call, in milliseconds since the epoch. */
  take(): Promise<[path: string, atMs: number][]>;
}

/** Starts it. */
export async function startBenchReceiver(): Promise<BenchReceiver> {
  const child = fork(join(import.meta.dirname, 'receiver-program.ts'), { execArgv: [] });
  const gone = once(child, 'exit');
  const tell = (told: Told) => child.send(told);
  const hear = async <Kind extends Said['kind']>(kind: Kind): Promise<Extract<Said, { kind: Kind }>> => {
    for await (const [said] of on(child, 'message', { close: ['exit'] }) as AsyncIterable<[Said]>)
      if (said.kind === kind) return said as Extract<Said, { kind: Kind }>;
    throw new Error('the receiver ended');
  };
  const { port, deadPort } = await hear('open');
  return {
    port,
    deadPort,
    async take() {
      const heard = hear('arrivals');
      tell('take');
      return (await heard).arrivals;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) tell('leave');
      await gone;
    },
  };
}
