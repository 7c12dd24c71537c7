import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where a program that was built with `go install` may be: on PATH, or in Go's own folder. */
export async function findPrograms(name: string): Promise<string[]> {
  const goPath = await promisify(execFile)('go', ['env', 'GOPATH'], { timeout: 5000 }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  return [name, join(goPath || join(homedir(), 'go'), 'bin', name)];
}
