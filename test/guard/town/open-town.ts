import type { CameraAnswers } from './camera-side.ts';
import { makeNamespaces } from './namespaces.ts';
import { inNamespaces, onLoopback, type Place } from './place.ts';
import { type Helper, startHelper } from './start-helper.ts';
import type { StreetAnswers } from './street.ts';
import type { VictimAnswers } from './victims.ts';

/** A camera, what it may visit, and what it must not reach; each in a process and, where that is possible, a network of its own. */
export interface Town extends AsyncDisposable {
  readonly place: Place;
  /** Why there are no namespaces. */
  readonly half: string | undefined;
  readonly camera: Helper<CameraAnswers>['ask'];
  readonly street: Helper<StreetAnswers>['ask'];
  /** What was reached since this was last asked: ports, and names asked for past the service's own resolver. */
  hits(): Promise<{ ports: Set<number>; names: Set<string> }>;
  /** All packets that victims were sent so far; undefined where packets cannot be counted. */
  packets(): Promise<number | undefined>;
}

/** Builds the town. */
export async function openTown(): Promise<Town> {
  await using opening = new AsyncDisposableStack();
  const namespaces = await makeNamespaces();
  const half = typeof namespaces === 'string' ? namespaces : undefined;
  if (typeof namespaces !== 'string') opening.use(namespaces);
  const enter = typeof namespaces === 'string' ? () => [] : namespaces.enter;
  const place = half === undefined ? inNamespaces : onLoopback(12_000 + 2 * (process.pid % 5_000));

  const street = opening.use(await startHelper<StreetAnswers>(enter('outside'), 'street.ts', { place }));
  const loopback = opening.use(await startHelper<VictimAnswers>(enter('camera'), 'victims.ts', { place, where: 'loopback' }));
  const inside =
    half === undefined && opening.use(await startHelper<VictimAnswers>(enter('inside'), 'victims.ts', { place, where: 'inside' }));
  const camera = opening.use(await startHelper<CameraAnswers>(enter('camera'), 'camera-side.ts', { place }));
  const victims = inside ? [loopback, inside] : [loopback];

  const town = opening.move();
  return {
    place,
    half,
    camera: camera.ask,
    street: street.ask,
    async hits() {
      const all = await Promise.all(victims.map(({ ask }) => ask.hits()));
      return { ports: new Set(all.flatMap(({ ports }) => ports)), names: new Set(all.flatMap(({ names }) => names)) };
    },
    packets: loopback.ask.packets,
    [Symbol.asyncDispose]: () => town.disposeAsync(),
  };
}
