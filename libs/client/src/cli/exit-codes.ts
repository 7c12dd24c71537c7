import { ShotwireError } from '../shotwire-error.ts';
import { Interrupted } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** What the command line ends with. docs/client.md and the help say the same. */
export const exitCodes = {
  done: { code: 0, says: 'done' },
  failed: { code: 1, says: 'a page could not be captured, or not in time' },
  usage: { code: 2, says: 'the command line is wrong, or an option that it names' },
  refused: { code: 3, says: 'the server says no: key, scope, quota or limit' },
  unreachable: { code: 4, says: 'the server cannot be reached, or is out of order' },
  file: { code: 5, says: 'a file could not be read or written' },
} as const satisfies Record<string, { code: number; says: string }>;

/** What an error ends the command with; undefined for one that nobody foresaw. */
export function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof UsageError) return exitCodes.usage.code;
  if (error instanceof ShotwireError) return exitCodes[kindOf(error)].code;
  return error instanceof Error && 'syscall' in error ? exitCodes.file.code : undefined;
}

function kindOf({ code, status, screenshot }: ShotwireError): keyof typeof exitCodes {
  if (screenshot || code === 'WAIT_TIMEOUT') return 'failed';
  if (code === 'UNREACHABLE' || code === 'UNEXPECTED_ANSWER' || status === undefined || status >= 500) return 'unreachable';
  return status === 400 || status === 413 || status === 422 ? 'usage' : 'refused';
}
