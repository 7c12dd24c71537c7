import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { findPrograms } from './find-programs.ts';
import { freePort } from './free-port.ts';
import { startProgram } from './start-program.ts';

/** A real MinIO with a free port and a folder of its own. */
export interface TestMinio extends AsyncDisposable {
  /** `http://KEY:SECRET@HOST:PORT`, without a bucket. */
  readonly url: string;
  readonly pid: number;
}

/** Starts MinIO, or gives undefined where there is no `minio` on PATH or in Go's folder. */
export async function startTestMinio(): Promise<TestMinio | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'test-minio-'));
  const port = await freePort();
  const program = await startProgram({
    candidates: await findPrograms('minio'),
    args: ['server', folder, '--quiet', '--address', `127.0.0.1:${port}`],
    // It must neither look for updates nor open a console, and needs nothing else of this environment.
    env: { HOME: folder, MINIO_ROOT_USER: 'test-key', MINIO_ROOT_PASSWORD: 'test-secret', MINIO_UPDATE: 'off', MINIO_BROWSER: 'off' },
  });
  if (!program) {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
  const end = async () => {
    await program.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      async () => {
        if (!program.running) throw new Error(`minio ended: ${program.output()}`);
        const answer = await fetch(`http://127.0.0.1:${port}/minio/health/ready`, { signal: AbortSignal.timeout(2000) });
        return answer.ok;
      },
      { timeoutMs: 30_000 },
    );
  } catch (thrown) {
    await end();
    throw thrown;
  }
  return { url: `http://test-key:test-secret@127.0.0.1:${port}`, pid: program.pid, [Symbol.asyncDispose]: end };
}
