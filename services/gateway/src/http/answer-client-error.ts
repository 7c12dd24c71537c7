import type { Socket } from 'node:net';
import { Failure } from '@shotwire/failures';
import { problemOf } from '../problem.ts';

const sentences: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time.',
  HPE_HEADER_OVERFLOW: 'The headers of the request are too large.',
};

/** Answers what never became a request because it is not HTTP, too slow or too large, and hangs up. */
export function answerClientError({ code }: { code?: string }, socket: Socket, newId: () => string): void {
  // Something has been said on this connection already; words in the middle of it would be read as its end.
  if (!socket.writable || socket.bytesWritten > 0) return void socket.destroy();
  const failure = new Failure('malformed_body', { says: sentences[code ?? ''] ?? 'The request is not valid HTTP.' });
  const requestId = newId();
  const body = JSON.stringify(problemOf(failure, requestId));
  socket.end(
    [
      `HTTP/1.1 ${failure.httpStatus} Bad Request`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      '',
      body,
    ].join('\r\n'),
  );
}
