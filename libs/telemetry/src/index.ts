export { createLogger, type Logger } from './create-logger.ts';
export { type Collect, type Counter, createMetrics, type Gauge, type Histogram, type Metrics } from './create-metrics.ts';
export { describeError, type ErrorDescription } from './describe-error.ts';
export { type Observatory, openObservatory } from './open-observatory.ts';
export { telemetrySettings } from './settings.ts';
export { childTraceparent, newTraceparent, parseTraceparent, type RandomBytes, type Traceparent } from './traceparent.ts';
