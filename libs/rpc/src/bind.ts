import type { DescMessage, DescMethod, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { CallContext } from './call-context.ts';

/** A function that answers a unary method. It says no by throwing a Failure. */
export type UnaryMethod<I extends DescMessage, O extends DescMessage> = (
  request: MessageShape<I>,
  context: CallContext,
) => Promise<MessageInitShape<O>>;

/** A function that answers a server-streaming method. Its `return()` is called when the client goes away. */
export type StreamingMethod<I extends DescMessage, O extends DescMessage> = (
  request: MessageShape<I>,
  context: CallContext,
) => AsyncIterable<MessageInitShape<O>>;

/** What a service must be able to do: a function for each method of its descriptor. Clients do not stream here. */
export type Implementation<S extends DescService> = { readonly [K in keyof S['method']]: ImplementationOf<S['method'][K]> };

type ImplementationOf<M extends DescMethod> = M['methodKind'] extends 'unary'
  ? UnaryMethod<M['input'], M['output']>
  : M['methodKind'] extends 'server_streaming'
    ? StreamingMethod<M['input'], M['output']>
    : never;

/** A service with its implementation, ready for `startRpcServer`. */
export interface BoundService {
  readonly service: DescService;
  readonly implementation: Readonly<Record<string, BoundMethod>>;
}

/** A method whose types were checked by {@link bind} and are forgotten since. */
export type BoundMethod = UnaryMethod<DescMessage, DescMessage> | StreamingMethod<DescMessage, DescMessage>;

/** Joins a service's descriptor and its implementation. */
export function bind<S extends DescService>(service: S, implementation: Implementation<S>): BoundService {
  return { service, implementation: implementation as unknown as BoundService['implementation'] };
}
