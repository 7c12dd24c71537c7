import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Program, startProgram } from '@shotwire/testing';

/** The two receivers that each language has. */
type ReceiverName = 'run' | 'center';

/** Starts one of them. */
export type StartReceiver = (at: { port: number; folder: string; env: Record<string, string> }) => Promise<Program>;

interface Language {
  name: string;
  /** Succeeds where the language and what the receivers need of it are there. */
  probe: readonly [command: string, ...args: string[]];
  start: (name: ReceiverName) => StartReceiver;
}

const receivers = fileURLToPath(new URL('../../examples/receivers/', import.meta.url));
const run = promisify(execFile);

async function started(command: string, args: readonly string[], env: Record<string, string>): Promise<Program> {
  const program = await startProgram({ candidates: [command], args, env });
  if (!program) throw new Error(`there is no ${command}`);
  return program;
}

const script =
  (command: string, folder: string, extension: string): Language['start'] =>
  (name) =>
  ({ env }) =>
    started(command, [join(receivers, folder, `${name}.${extension}`)], env);

/** Each as the README of the receivers has it. */
export const languages: readonly Language[] = [
  { name: 'Node', probe: [process.execPath, '--version'], start: script(process.execPath, 'node', 'mjs') },
  { name: 'Python', probe: ['python3', '--version'], start: script('python3', 'python', 'py') },
  { name: 'Ruby', probe: ['ruby', '-rwebrick', '-e', ''], start: script('ruby', 'ruby', 'rb') },
  {
    name: 'PHP',
    probe: ['php', '--version'],
    start:
      (name) =>
      ({ port, env }) =>
        started('php', ['-S', `127.0.0.1:${port}`, join(receivers, 'php', `${name}.php`)], env),
  },
  {
    name: 'Go',
    probe: ['go', 'version'],
    // Built first: `go run` does not hand on the signal that ends it.
    start:
      (name) =>
      async ({ folder, env }) => {
        const program = join(folder, `go-${name}`);
        await run('go', ['build', '-o', program, `./${name}`], { cwd: join(receivers, 'go') });
        return started(program, [], env);
      },
  },
];

/** Why a language cannot be tried here; false when it can. */
export async function whyNot({ name, probe: [command, ...args] }: Language): Promise<string | false> {
  return run(command, args).then(
    () => false,
    () => `${[command, ...args].join(' ')} does not work here, so the receivers in ${name} were not tried`,
  );
}
