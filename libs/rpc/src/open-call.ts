import type { ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { Failure } from '@shotwire/failures';
import { childTraceparent, type RandomBytes } from '@shotwire/telemetry';
import { type CallContext, contextValue } from './call-context.ts';
import { deadlineSlackMs, maxUnaryMs } from './limits.ts';

/** A call as grpc-js hands it over: the request and the answers are bytes. */
export type IncomingCall = ServerUnaryCall<Buffer, Buffer> | ServerWritableStream<Buffer, Buffer>;

const maxTimerMs = 2 ** 31 - 1;

/**
 * The context of an incoming call; disposing it ends its timer.
 * The deadline has its own timer here, since grpc-js does not tell a handler about it while the client reads nothing.
 */
export function openCall(call: IncomingCall, randomBytes: RandomBytes): CallContext & Disposable {
  const controller = new AbortController();
  const leftMs = Math.min(Number(call.getDeadline()) - Date.now(), 'write' in call ? maxTimerMs : maxUnaryMs);
  const timer = setTimeout(() => controller.abort(new Failure('deadline_exceeded')), leftMs);
  const isLate = () => Date.now() >= Number(call.getDeadline()) - deadlineSlackMs;
  const cancel = () => controller.abort(new Failure(isLate() ? 'deadline_exceeded' : 'cancelled'));
  if (call.cancelled) cancel();
  else call.once('cancelled', cancel);

  return {
    signal: controller.signal,
    requestId: contextValue(call.metadata, 'requestId') ?? '',
    traceparent: childTraceparent(contextValue(call.metadata, 'traceparent'), randomBytes),
    account: contextValue(call.metadata, 'account'),
    [Symbol.dispose]() {
      clearTimeout(timer);
      call.off('cancelled', cancel);
    },
  };
}
