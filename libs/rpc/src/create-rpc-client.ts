import type { DescMethod, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { Client, credentials } from '@grpc/grpc-js';
import type { Logger } from '@shotwire/telemetry';
import { channelOptions } from './channel-options.ts';
import { type CallOptions, callStreaming, callUnary } from './make-call.ts';

/** A service somewhere else, as functions. Disposing it closes its connections. */
export type RpcClient<S extends DescService> = { readonly [K in keyof S['method']]: ClientMethod<S['method'][K]> } & Disposable;

type ClientMethod<M extends DescMethod> = M['methodKind'] extends 'unary'
  ? (request: MessageInitShape<M['input']>, options?: CallOptions) => Promise<MessageShape<M['output']>>
  : M['methodKind'] extends 'server_streaming'
    ? (request: MessageInitShape<M['input']>, options?: CallOptions) => AsyncIterable<MessageShape<M['output']>>
    : never;

interface RpcClientParts {
  /** `host:port`; all addresses of the host are used in turn. */
  address: string;
  /** How long a call may take that does not say. */
  defaultTimeoutMs: number;
  /** Told of failed calls at debug; whoever handles the failure logs it louder. */
  log?: Logger;
}

/**
 * A client of a service. It connects with its first call, and again by itself. Every call has a deadline,
 * every error is a Failure: the one the server threw, or `unavailable`, `deadline_exceeded`, `cancelled`, `internal`.
 */
export function createRpcClient<S extends DescService>(service: S, { address, defaultTimeoutMs, log }: RpcClientParts): RpcClient<S> {
  const client = new Client(`dns:///${address}`, credentials.createInsecure(), channelOptions(service));
  const methods = service.methods.map((method) => {
    const make = method.methodKind === 'unary' ? callUnary : callStreaming;
    const call = (request: MessageInitShape<DescMethod['input']>, { context = {}, timeoutMs = defaultTimeoutMs }: CallOptions = {}) =>
      make({ client, method, request, context, timeoutMs, log });
    return [method.localName, call];
  });
  return { ...Object.fromEntries(methods), [Symbol.dispose]: () => client.close() } as unknown as RpcClient<S>;
}
