import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startTestMinio } from '@shotwire/testing';
import S3rver from 's3rver';

/** A real store to test an archive on. */
export interface TestStore extends AsyncDisposable {
  /** For ARCHIVE_URL; the bucket or folder is not there yet. */
  readonly url: URL;
  /** A URL where there is no store. */
  readonly nowhere: URL;
  /** Why it is no proof of two writers at once; absent where it is one. */
  readonly oneWriterOnly?: string;
}

/** Every kind of store; each gives undefined where it cannot run. */
export const stores: Record<string, () => Promise<TestStore | undefined>> = {
  'a folder': startFolder,
  s3rver: startS3rver,
  MinIO: startMinio,
};

/** Nothing listens on port 9 of loopback. */
const closedPort = new URL('http://key:secret@127.0.0.1:9/images');

async function startFolder(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'test-archive-'));
  // Below a file there is no folder to make.
  await writeFile(join(folder, 'file'), '');
  return {
    url: pathToFileURL(join(folder, 'images')),
    nowhere: pathToFileURL(join(folder, 'file', 'images')),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** An S3 server from npm, so that S3 is tested on every machine. */
export async function startS3rver(): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), 'test-s3rver-'));
  const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, vhostBuckets: false });
  const { port } = await server.run();
  return {
    url: new URL(`http://S3RVER:S3RVER@127.0.0.1:${port}/images`),
    nowhere: closedPort,
    oneWriterOnly: 's3rver writes objects in place',
    async [Symbol.asyncDispose]() {
      server.httpServer.closeAllConnections();
      // It logs the answers that this breaks off, which it cannot do once it is closed.
      await new Promise(setImmediate);
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startMinio(): Promise<TestStore | undefined> {
  const minio = await startTestMinio();
  return minio && { ...minio, url: new URL(`${minio.url}/images`), nowhere: closedPort };
}
