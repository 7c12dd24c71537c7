import { Metadata } from '@grpc/grpc-js';

/** What travels with a call beside its message. */
export interface CallContext {
  /** Aborts, with a Failure as its reason, when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal;
  /** One id for everything that a client's request sets off. */
  readonly requestId: string;
  /** W3C Trace Context, a step of its own for each service. */
  readonly traceparent: string;
  /** The tenant on whose behalf the call is made; undefined for calls of the house itself. */
  readonly account: string | undefined;
}

/** The metadata keys of a call's context. */
export const contextKeys = {
  requestId: 'x-request-id',
  traceparent: 'traceparent',
  account: 'x-shotwire-account',
} as const;

// Metadata takes printable ASCII only, and an id also stands in logs.
const idShape = /^[\x21-\x7e]{1,128}$/;

/** The context as metadata of an outgoing call. A request id that metadata cannot carry is left out; the server makes one. */
export function contextToMetadata({ requestId, traceparent, account }: Partial<CallContext>): Metadata {
  const metadata = new Metadata();
  if (requestId !== undefined && idShape.test(requestId)) metadata.set(contextKeys.requestId, requestId);
  if (traceparent !== undefined) metadata.set(contextKeys.traceparent, traceparent);
  if (account !== undefined) metadata.set(contextKeys.account, account);
  return metadata;
}

/** One value of an incoming call's context; undefined when it is absent or not an id. */
export function contextValue(metadata: Metadata, name: keyof typeof contextKeys): string | undefined {
  const [value] = metadata.get(contextKeys[name]);
  return typeof value === 'string' && idShape.test(value) ? value : undefined;
}
