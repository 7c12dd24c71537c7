import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { type Program, startProgram } from './start-program.ts';

/** A real nats-server with JetStream, a free port and a store of its own. */
export interface TestNats extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Kills it if it still runs and starts it again, same port and same store. */
  restart(): Promise<void>;
  /** Ends it with the signal (SIGKILL if none is given) and gives back when it is gone; its store stays. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a nats-server; the program is looked up on PATH and in /usr/sbin. */
export async function startTestNats(): Promise<TestNats> {
  const folder = await mkdtemp(join(tmpdir(), 'test-nats-'));
  let program = await start(folder, -1);
  const port = await listening(folder, program);
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    get pid() {
      return program.pid;
    },
    async restart() {
      await program.stop('SIGKILL');
      program = await start(folder, port);
      await listening(folder, program);
    },
    async kill(signal = 'SIGKILL') {
      await program.stop(signal);
    },
    async [Symbol.asyncDispose]() {
      await program.stop('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(folder: string, port: number): Promise<Program> {
  const program = await startProgram({
    candidates: ['nats-server', '/usr/sbin/nats-server'],
    args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder, '--ports_file_dir', folder],
  });
  if (!program) throw new Error('There is no nats-server on PATH or in /usr/sbin; `make test` says how to get one.');
  return program;
}

/** The port it listens on, which it writes into a file named after its process id. */
async function listening(folder: string, program: Program): Promise<number> {
  return await eventually(async () => {
    if (!program.running) throw new Error(`nats-server ended: ${program.output()}`);
    const ports: { nats: string[] } = JSON.parse(await readFile(join(folder, `nats-server_${program.pid}.ports`), 'utf8'));
    return Number(new URL(ports.nats[0] as string).port);
  });
}
