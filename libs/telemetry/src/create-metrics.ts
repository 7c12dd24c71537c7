import { setTimeout as delay } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram } from 'prom-client';

/** How long a gauge may take to look up its value while a scrape waits. */
const collectLimitMs = 2000;

/** The numbers of a process, and the factories for more. A name can be taken once. */
export interface Metrics {
  /** A number that only grows. */
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /**
   * A number that goes up and down. With `collect` it is looked up at each scrape; while the look-up fails or takes
   * longer than 2 s the gauge is absent, rather than stale, and `metrics_collect_failures_total` grows.
   */
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[], collect?: Collect<L>): Gauge<L>;
  /** A spread, in seconds where the name ends so; buckets from 5 ms to 10 s unless given. */
  histogram<L extends string = never>(name: string, help: string, labels?: readonly L[], buckets?: readonly number[]): Histogram<L>;
  /** All of it in Prometheus' text format. */
  expose(): Promise<{ contentType: string; text: string }>;
}

/** Sets a gauge to what is true now. */
export type Collect<L extends string> = (gauge: Gauge<L>) => void | Promise<void>;

/** The metrics of one process, with the default ones of the process (memory, CPU, event loop), all labelled with the service. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const collectFailures = new Counter({
    name: 'metrics_collect_failures_total',
    help: 'Look-ups of a gauge that failed or took too long.',
    labelNames: ['metric'],
    registers,
  });

  return {
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: [...labels], registers }),
    histogram: (name, help, labels = [], buckets) =>
      new Histogram({ name, help, labelNames: [...labels], registers, ...(buckets && { buckets: [...buckets] }) }),
    gauge: (name, help, labels = [], collect) => {
      if (!collect) return new Gauge({ name, help, labelNames: [...labels], registers });
      const lookUp = async () => {
        try {
          await withinMs(collectLimitMs, async () => collect(gauge));
        } catch {
          collectFailures.inc({ metric: name });
          // `reset` would set a gauge without labels to 0, which is a statement.
          if (labels.length === 0) gauge.remove();
          else gauge.reset();
        }
      };
      const gauge = new Gauge({ name, help, labelNames: [...labels], registers, collect: lookUp });
      return gauge;
    },
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

async function withinMs(limitMs: number, work: () => Promise<void>): Promise<void> {
  const done = new AbortController();
  const limit = delay(limitMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`took longer than ${limitMs} ms`);
  });
  try {
    await Promise.race([work(), limit]);
  } finally {
    done.abort();
    limit.catch(() => {});
  }
}
