import { integer, oneOf, text } from '@shotwire/config';

/** What every service says about itself, and where. */
export const telemetrySettings = {
  logLevel: oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    says: 'How much is logged.',
  }),
  metricsHost: text('METRICS_HOST', { default: '127.0.0.1', says: 'Address that /metrics, /healthz and /readyz listen on.' }),
  metricsPort: integer('METRICS_PORT', {
    default: 9090,
    min: 0,
    max: 65_535,
    says: 'Port that /metrics, /healthz and /readyz listen on; 0 takes a free one.',
  }),
};
