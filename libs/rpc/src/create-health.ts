import { EventEmitter, once } from 'node:events';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { type BoundService, bind } from './bind.ts';

/** The state that a server tells about itself. */
export interface RpcHealth {
  /** Whether callers should send calls here. */
  setServing(serving: boolean): void;
}

/**
 * grpc.health.v1 for a server of the named services, which are all well or all not; it begins well.
 * `end` tells the watchers the last state and lets them go, so that they do not hold up a closing server.
 */
export function createHealth(serviceNames: readonly string[]): { health: RpcHealth; bound: BoundService; end: () => void } {
  const known = new Set(['', Health.typeName, ...serviceNames]);
  const changes = new EventEmitter().setMaxListeners(0);
  let serving = true;
  let ended = false;

  const statusOf = (service: string) => {
    if (!known.has(service)) return ServingStatus.SERVICE_UNKNOWN;
    return serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  };

  function setServing(now: boolean): void {
    serving = now;
    changes.emit('change');
  }

  const bound = bind(Health, {
    async check({ service }) {
      if (!known.has(service)) throw new Failure('not_found');
      return { status: statusOf(service) };
    },
    async *watch({ service }, { signal }) {
      let told: ServingStatus | undefined;
      for (;;) {
        const now = statusOf(service);
        if (now !== told) {
          told = now;
          yield { status: now };
        } else if (ended) return;
        else await once(changes, 'change', { signal });
      }
    },
  });

  function end(): void {
    ended = true;
    setServing(false);
  }

  return { health: { setServing }, bound, end };
}
