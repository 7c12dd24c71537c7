import { once } from 'node:events';
import type { DescMethod } from '@bufbuild/protobuf';
import type { ServerUnaryCall, ServerWritableStream, sendUnaryData, UntypedHandleCall } from '@grpc/grpc-js';
import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { Logger, RandomBytes } from '@shotwire/telemetry';
import type { BoundMethod, StreamingMethod, UnaryMethod } from './bind.ts';
import type { CallContext } from './call-context.ts';
import { failureToStatus } from './failure-status.ts';
import { decodeMessage, encodeMessage } from './message-codec.ts';
import { openCall } from './open-call.ts';
import { methodPath } from './service-definition.ts';

type Unary = UnaryMethod<DescMethod['input'], DescMethod['output']>;
type Streaming = StreamingMethod<DescMethod['input'], DescMethod['output']>;

interface AnswerParts {
  log: Logger;
  randomBytes: RandomBytes;
}

/** A method and its implementation as a handler of grpc-js. */
export function answerCall(method: DescMethod, implement: BoundMethod, parts: AnswerParts): UntypedHandleCall {
  if (method.methodKind === 'unary') return answerUnary(method, implement as Unary, parts);
  if (method.methodKind === 'server_streaming') return answerStreaming(method, implement as Streaming, parts);
  throw new TypeError(`${methodPath(method)} streams from the client, which is not done here`);
}

function answerUnary(method: DescMethod, implement: Unary, { log, randomBytes }: AnswerParts) {
  return async (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): Promise<void> => {
    using context = openCall(call, randomBytes);
    try {
      const answer = await orAborted(implement(decodeMessage(method.input, call.request), context), context.signal);
      respond(null, encodeMessage(method.output, answer));
    } catch (thrown) {
      respond(failureToStatus(explain(thrown, { method, context, log })));
    }
  };
}

function answerStreaming(method: DescMethod, implement: Streaming, { log, randomBytes }: AnswerParts) {
  return async (call: ServerWritableStream<Buffer, Buffer>): Promise<void> => {
    using context = openCall(call, randomBytes);
    const { signal } = context;
    try {
      const answers = implement(decodeMessage(method.input, call.request), context)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await orAborted(answers.next(), signal);
          if (next.done) break;
          if (!call.write(encodeMessage(method.output, next.value))) await once(call, 'drain', { signal });
        }
      } catch (thrown) {
        // Not awaited: a generator that waits for something else returns only after that.
        void Promise.resolve(answers.return?.()).catch((err: unknown) => explain(err, { method, context, log }));
        throw thrown;
      }
      call.end();
    } catch (thrown) {
      call.emit('error', failureToStatus(explain(thrown, { method, context, log })));
    }
  };
}

/** A thrown thing as a failure for the caller; what the caller is not told goes to the log. */
function explain(thrown: unknown, { method, context, log }: { method: DescMethod; context: CallContext; log: Logger }): Failure {
  const { signal, requestId, account, traceparent } = context;
  if (signal.aborted && isAbort(thrown, signal)) return signal.reason as Failure;
  const failure = Failure.from(thrown);
  const line = { err: failure, method: methodPath(method), requestId, account, traceparent };
  if (failure.kind === 'internal') log.error(line, 'a call failed for a reason of our own');
  else if (failure.cause !== undefined) log.warn(line, 'a call failed');
  return failure;
}

function isAbort(thrown: unknown, signal: AbortSignal): boolean {
  return thrown === signal.reason || (thrown instanceof Error && thrown.name === 'AbortError');
}
