import { Agent, request } from 'node:http';

/** A request to be sent just so. */
export interface Sent {
  port: number;
  method: string;
  /** A path and a query, already written as in a URL. */
  target: string;
  headers?: Readonly<Record<string, string>>;
  payload?: string | Buffer;
}

/** What came back. */
export interface Came {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Nothing here has a reason to take longer; an answer that does hangs. */
const patienceMs = 10_000;

/** So much is heard of a stream that does not end by itself. */
const listenMs = 50;

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

/** Sends a request and gives the whole answer. Throws when it does not come in time. */
export function sendRequest({ port, method, target, headers = {}, payload }: Sent): Promise<Came> {
  return new Promise((resolve, reject) => {
    const hung = new Error(`no answer within ${patienceMs} ms`);
    const sending = request(
      {
        port,
        method: method.toUpperCase(),
        path: target,
        agent,
        headers: { ...headers, ...(payload !== undefined && { 'content-length': Buffer.byteLength(payload) }) },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        const came = () => {
          clearTimeout(timer);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
        };
        if (answer.headers['content-type']?.startsWith('text/event-stream')) {
          answer.once('close', came).on('error', () => {});
          setTimeout(() => answer.destroy(), listenMs);
        } else answer.once('error', reject).once('end', came);
      },
    );
    const timer = setTimeout(() => sending.destroy(hung), patienceMs);
    sending.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sending.end(payload);
  });
}
