import type { DescService } from '@bufbuild/protobuf';
import type { ChannelOptions, ServiceConfig } from '@grpc/grpc-js';
import { keepalive, maxMessageBytes } from './limits.ts';

/**
 * How a client of the service reaches it: over all addresses of the name in turn, never through a proxy of the environment,
 * and back within 2 s when it returns. A unary call that found no server is tried up to three times.
 */
export function channelOptions(service: DescService): ChannelOptions {
  const unary = service.methods.filter(({ methodKind }) => methodKind === 'unary');
  const config: Omit<ServiceConfig, 'methodConfig'> & { methodConfig: object[] } = {
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: unary.map(({ name }) => ({ service: service.typeName, method: name })),
        retryPolicy: {
          maxAttempts: 3,
          initialBackoff: '0.1s',
          maxBackoff: '1s',
          backoffMultiplier: 3,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
    // While most calls fail, trying again only adds to the trouble.
    retryThrottling: { maxTokens: 100, tokenRatio: 0.1 },
  };
  return {
    'grpc.service_config': JSON.stringify(config),
    // Otherwise each look-up of the name also asks for TXT records.
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2000,
    'grpc.dns_min_time_between_resolutions_ms': 2000,
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    ...keepalive,
  };
}
