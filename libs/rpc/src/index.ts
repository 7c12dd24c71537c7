export { type BoundService, bind, type Implementation } from './bind.ts';
export type { CallContext } from './call-context.ts';
export { checkHealth, type HealthClient } from './check-health.ts';
export type { RpcHealth } from './create-health.ts';
export { createRpcClient, type RpcClient } from './create-rpc-client.ts';
export { maxMessageBytes } from './limits.ts';
export type { CallOptions } from './make-call.ts';
export { rpcServerSettings } from './settings.ts';
export { type RpcServer, startRpcServer } from './start-rpc-server.ts';
