import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A child process that a test owns. */
export interface Program {
  readonly pid: number;
  readonly running: boolean;
  /** Sends the signal and gives back when the process is gone; after 10 s it is killed. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** What it said last, for error messages. */
  output(): string;
}

/**
 * Starts the first of the candidates that exists; a bare name is looked up on PATH.
 * Gives undefined when none of them exists.
 */
export async function startProgram({
  candidates,
  args,
  env,
}: {
  candidates: readonly string[];
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
}): Promise<Program | undefined> {
  for (const candidate of candidates) {
    const child = await spawnIfPresent(candidate, args, env);
    if (child) return owned(child);
  }
  return undefined;
}

async function spawnIfPresent(command: string, args: readonly string[], env: NodeJS.ProcessEnv | undefined) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(env && { env }) });
  try {
    await once(child, 'spawn');
    return child;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

function owned(child: ChildProcess): Program {
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const gone = once(child, 'exit');
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  // A test process that dies of an error must not leave its servers behind.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.removeListener('exit', killAtExit));
  return {
    pid: child.pid as number,
    get running() {
      return isRunning();
    },
    async stop(signal = 'SIGTERM') {
      if (!isRunning()) return;
      child.kill(signal);
      const killLate = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(killLate);
    },
    output: () => said,
  };
}
