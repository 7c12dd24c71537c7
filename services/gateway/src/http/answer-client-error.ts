import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Failure, type FailureKind } from '@shotwire/failures';
import { problemOf } from '../problem.ts';

const kindOfCode: Readonly<Record<string, FailureKind>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Answers what never became a request because it is not HTTP, too slow or too large, and hangs up. */
export function answerClientError({ code }: { code?: string }, socket: Socket, newId: () => string): void {
  // Something has been said on this connection already; words in the middle of it would be read as its end.
  if (!socket.writable || socket.bytesWritten > 0) return void socket.destroy();
  const failure = new Failure(kindOfCode[code ?? ''] ?? 'malformed_request');
  const requestId = newId();
  const body = JSON.stringify(problemOf(failure, requestId));
  socket.end(
    [
      `HTTP/1.1 ${failure.httpStatus} ${STATUS_CODES[failure.httpStatus]}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      '',
      body,
    ].join('\r\n'),
  );
}
