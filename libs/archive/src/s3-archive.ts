import http from 'node:http';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, S3Error } from 'minio';
import type { Archive, ArchiveLog } from './archive.ts';
import type { ArchivePlace } from './archive-place.ts';

type S3Place = Extract<ArchivePlace, { kind: 's3' }>;

/** How long one request may take where the caller gives no signal. */
const requestTimeoutMs = 10_000;
/** Idle connections are closed before stores do it (MinIO: after 30 s), so that no request meets a closed one. */
const idleTimeoutMs = 10_000;
/** Answers that the client takes for passing trouble. */
const passingStatuses = new Set([408, 429, 499, 500, 502, 503, 504, 520]);
/** The waits before the second and third try. */
const retryAfterMs = [100, 400];
/**
 * The largest that S3 takes in one request. Larger parts than the client's 64 MiB keep it from uploading in parts, which
 * it would resume from whatever another writer of the same key had begun.
 */
const partBytes = 5 * 1024 ** 3;

/** An archive in a bucket of an S3 store. Keys must have been checked. */
export function openS3Archive({ log, bucket, region, ...place }: S3Place & { log: ArchiveLog }): Archive {
  const transport = place.tls ? https : http;
  const agent = new transport.Agent({ keepAlive: true, timeout: idleTimeoutMs });
  /** A client whose every request ends with its signal; the client itself knows no signals. */
  const clientWith = (signalOfRequest: () => AbortSignal) =>
    new Client({
      endPoint: place.host,
      port: place.port,
      useSSL: place.tls,
      accessKey: place.accessKey,
      secretKey: place.secretKey,
      // Given, so that the client does not ask for it (GetBucketLocation).
      region,
      pathStyle: true,
      partSize: partBytes,
      // Its retries sleep past signals and write to the console.
      retryOptions: { disableRetry: true },
      transportAgent: agent,
      transport: requestsWith({ transport, signalOfRequest }),
    });
  return {
    async put({ key, body, mimeType, signal }) {
      const client = clientWith(() => signal);
      await retried({ what: 'put', key, signal, log }, () =>
        client.putObject(bucket, key, body, body.length, { 'Content-Type': mimeType }),
      );
    },
    async get({ key, signal }) {
      const client = clientWith(() => signal);
      try {
        const found = await retried({ what: 'get', key, signal, log }, () => client.getObject(bucket, key));
        const { headers } = found as http.IncomingMessage;
        return { body: found, size: Number(headers['content-length']), mimeType: headers['content-type'] ?? 'application/octet-stream' };
      } catch (thrown) {
        if (thrown instanceof S3Error && thrown.code === 'NoSuchKey') return undefined;
        throw thrown;
      }
    },
    async delete({ key, signal }) {
      const client = clientWith(() => signal);
      await retried({ what: 'delete', key, signal, log }, () => client.removeObject(bucket, key));
    },
    async *list({ prefix, signal }) {
      const limits = signal ? [signal] : [];
      const client = clientWith(() => AbortSignal.any([...limits, AbortSignal.timeout(requestTimeoutMs)]));
      for await (const { name } of client.listObjectsV2(bucket, prefix, true)) yield name;
    },
    async ready() {
      const client = clientWith(() => AbortSignal.timeout(requestTimeoutMs));
      if (await client.bucketExists(bucket)) return;
      try {
        await client.makeBucket(bucket, region);
      } catch (thrown) {
        // Another process may have made it in between.
        if (!(await client.bucketExists(bucket))) throw thrown;
      }
    },
  };
}

function requestsWith({ transport, signalOfRequest }: { transport: typeof http | typeof https; signalOfRequest: () => AbortSignal }) {
  const request = (options: http.RequestOptions, respond: (response: http.IncomingMessage) => void) =>
    transport.request({ ...options, signal: signalOfRequest() }, (response) => {
      // The client throws such answers away unread, and an unread answer keeps its connection for ever.
      if (passingStatuses.has(response.statusCode ?? 0)) response.resume();
      respond(response);
    });
  return { request } as unknown as typeof http;
}

/** Up to two more tries after trouble on the way, within the signal; what the store has refused stays refused. */
async function retried<T>(
  { what, key, signal, log }: { what: string; key: string; signal: AbortSignal; log: ArchiveLog },
  act: () => Promise<T>,
): Promise<T> {
  for (const waitMs of retryAfterMs) {
    try {
      return await act();
    } catch (thrown) {
      if (thrown instanceof S3Error || signal.aborted) throw thrown;
      log.warn({ err: thrown, what, key, waitMs }, 'The object store was not reached; trying again.');
      await pause(waitMs, undefined, { signal });
    }
  }
  return await act();
}
