import { Readable } from 'node:stream';
import { run } from './run.ts';
import { Interrupted } from './terminal.ts';

interface Given {
  url?: string;
  env?: Record<string, string>;
  stdin?: string;
  isTTY?: boolean;
  /** Sees all that is written. */
  onWrite?: (text: string, interrupt: () => void) => void;
}

/** Runs a command line in this process: its exit code, and what it wrote. */
export async function shotwire(
  args: readonly string[],
  { url = 'http://127.0.0.1:9', env = {}, stdin = '', isTTY = false, onWrite }: Given = {},
) {
  const leaving = new AbortController();
  const written = { stdout: '', stderr: '' };
  const outputTo = (name: keyof typeof written) => ({
    isTTY,
    columns: 60,
    write(data: string | Uint8Array) {
      const text = typeof data === 'string' ? data : Buffer.from(data).toString();
      written[name] += text;
      onWrite?.(text, () => leaving.abort(new Interrupted(130)));
    },
  });
  const code = await run(args, {
    env: { SHOTWIRE_URL: url, SHOTWIRE_API_KEY: 'sk_test', ...env },
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: outputTo('stdout'),
    stderr: outputTo('stderr'),
    signal: leaving.signal,
  });
  return { code, ...written };
}
