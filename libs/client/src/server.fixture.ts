import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '@shotwire/testing';
import { Shotwire } from './shotwire.ts';

/** A request as it came. */
export interface Came {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What is done with a request: an answer in JSON, or whatever is done with the response. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; json: unknown }
  | ((response: ServerResponse, request: Came) => void);

/** A server that answers its n-th request with the n-th reply, and all after the last one with that. A client of it, and what came. */
export async function openServer(...replies: readonly Reply[]) {
  const came: Came[] = [];
  const server = createServer(async (request, response) => {
    const reply = replies[Math.min(came.length, replies.length - 1)] as Reply;
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: '' };
    came.push(seen);
    seen.body = await text(request).catch(() => '');
    if (typeof reply === 'function') return reply(response, seen);
    const { status = 200, headers = {}, json } = reply;
    return response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    came,
    shotwire: new Shotwire({ baseUrl: url, apiKey: 'sk_test' }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** An answer that says no, as the API does. */
export function no(status: number, code: string, headers: Record<string, string> = {}): Reply {
  return { status, headers, json: { error: { code, message: `It is ${code}.`, status }, request_id: 'req_1' } };
}

/** A request that is never answered. */
export const hangs: Reply = () => {};

/** A connection that is gone before an answer. */
export const breaks: Reply = (response) => void response.destroy();

/** An answer that breaks off in its body. */
export const breaksOff: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"id": "s1", "sta', () => response.destroy());
};

/** A screenshot as the API shows it, as far as tests look at it. */
export function screenshotOf(status: string, rest: object = {}): { json: object } {
  return { json: { id: 's1', status, error: null, ...rest } };
}
