import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@shotwire/contract';
import { createRpcClient, type RpcClient } from './create-rpc-client.ts';

/** A client that asks a server how it is. */
export type HealthClient = RpcClient<typeof Health>;

const defaultTimeoutMs = 1000;

/**
 * Whether a server takes calls; any failure to answer means no. Who asks often keeps a client
 * (`createRpcClient(Health, …)`); for an address, a connection is made and closed again.
 */
export async function checkHealth(
  target: string | HealthClient,
  { timeoutMs = defaultTimeoutMs, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  if (typeof target === 'string') {
    using client = createRpcClient(Health, { address: target, defaultTimeoutMs: timeoutMs });
    return await checkHealth(client, { timeoutMs, ...(signal && { signal }) });
  }
  try {
    const { status } = await target.check({}, { timeoutMs, context: signal ? { signal } : {} });
    return status === ServingStatus.SERVING;
  } catch {
    return false;
  }
}
