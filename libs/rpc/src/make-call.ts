import type { DescMessage, DescMethod, Message, MessageInitShape } from '@bufbuild/protobuf';
import type { Client, ServiceError } from '@grpc/grpc-js';
import { Failure } from '@shotwire/failures';
import type { Logger } from '@shotwire/telemetry';
import { type CallContext, contextToMetadata } from './call-context.ts';
import { failureFromAbort, failureFromStatus } from './failure-status.ts';
import { decodeMessage, encodeMessage } from './message-codec.ts';
import { asItIs, methodPath } from './service-definition.ts';

/** What goes with one call. */
export interface CallOptions {
  /** What is carried along; the context of the call being answered can be given as it is. Its signal cancels this call. */
  context?: Partial<CallContext>;
  /** How long the call may take; the client's default unless given. */
  timeoutMs?: number;
}

interface Call {
  client: Client;
  method: DescMethod;
  request: MessageInitShape<DescMessage>;
  context: Partial<CallContext>;
  timeoutMs: number;
  log: Logger | undefined;
}

/** Makes a unary call. Rejects with a Failure. */
export async function callUnary(given: Call): Promise<Message> {
  const { client, method, context, timeoutMs } = given;
  const { signal } = context;
  if (signal?.aborted) throw failureFromAbort(signal);
  const request = encodeRequest(given);
  const options = { deadline: Date.now() + timeoutMs };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const call = withoutStack(() =>
    client.makeUnaryRequest(methodPath(method), asItIs, asItIs, request, contextToMetadata(context), options, (error, answer) =>
      answer === undefined ? reject(explain(error as ServiceError, given)) : resolve(answer),
    ),
  );
  const cancel = () => call.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return decodeMessage(method.output, await promise);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/**
 * Makes a server-streaming call when it is first asked for a message. It takes no more from the wire than its consumer
 * asks for, and ends the call when the consumer leaves the loop. Throws a Failure.
 */
export async function* callStreaming(given: Call): AsyncGenerator<Message, void> {
  const { client, method, context, timeoutMs } = given;
  const { signal } = context;
  if (signal?.aborted) throw failureFromAbort(signal);
  const request = encodeRequest(given);
  const options = { deadline: Date.now() + timeoutMs };
  const call = client.makeServerStreamRequest(methodPath(method), asItIs, asItIs, request, contextToMetadata(context), options);
  // The end of a cancelled call arrives as an error after the loop has gone, and an error that nobody hears ends the process.
  call.on('error', () => {});
  const cancel = () => call.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for await (const bytes of call) yield decodeMessage(method.output, bytes as Buffer);
  } catch (thrown) {
    throw thrown instanceof Error && 'metadata' in thrown ? explain(thrown as ServiceError, given) : thrown;
  } finally {
    signal?.removeEventListener('abort', cancel);
    call.cancel();
  }
}

/** grpc-js makes an Error at each call to have its stack, which costs as much as the rest of the call; failures are told without it. */
function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function encodeRequest({ method, request }: Call): Buffer {
  try {
    return encodeMessage(method.input, request);
  } catch (cause) {
    throw new Failure('internal', { cause });
  }
}

function explain(error: ServiceError, { method, context: { signal, requestId }, log }: Call): Failure {
  const failure = signal?.aborted ? failureFromAbort(signal) : failureFromStatus(error);
  log?.debug({ err: failure, method: methodPath(method), requestId }, 'an outgoing call failed');
  return failure;
}
