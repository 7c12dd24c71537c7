import { batch, batchDescription } from './batch/batch.ts';
import { complaintOf } from './complaint.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { type Description, helpOf, overview } from './help.ts';
import { listen, listenDescription } from './listen/listen.ts';
import { shot, shotDescription } from './shot.ts';
import { Interrupted, type Terminal } from './terminal.ts';

type Command = Description & { run: (args: readonly string[], terminal: Terminal) => Promise<number> };

const commands: Readonly<Record<string, Command>> = {
  shot: { ...shotDescription, run: shot },
  batch: { ...batchDescription, run: batch },
  listen: { ...listenDescription, run: listen },
};

/** Runs a command line; gives its exit code. Throws what nobody foresaw. */
export async function run([name = '', ...args]: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr, signal } = terminal;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const isWanted = ['--help', '-h', 'help'].includes(name);
    (isWanted ? stdout : stderr).write(overview(Object.values(commands)));
    return isWanted ? exitCodes.done.code : exitCodes.usage.code;
  }
  if (args.some((one) => one === '--help' || one === '-h')) {
    stdout.write(helpOf(command));
    return exitCodes.done.code;
  }
  try {
    return await command.run(args, terminal);
  } catch (caught) {
    const thrown = signal.aborted ? signal.reason : caught;
    const code = exitCodeOf(thrown);
    if (code === undefined) throw thrown;
    if (thrown instanceof Interrupted) return code;
    stderr.write(`shotwire: ${complaintOf(thrown as Error)}\n`);
    if (code === exitCodes.usage.code) stderr.write(`shotwire ${name} --help says more.\n`);
    return code;
  }
}
