import { type Guard, openDenyAllProxy } from '@shotwire/egress';
import type { Logger, Metrics } from '@shotwire/telemetry';
import type { Camera } from '../studio/camera.ts';
import { openBlocking } from './blocking/open-blocking.ts';
import { removeOrphanedFolders } from './browser/folders.ts';
import { launch } from './browser/launch.ts';
import { type Limits, openSupervisor, type Supervisor } from './browser/supervisor.ts';
import { openCamera } from './camera.ts';
import type { Encoder } from './film/encoder.ts';
import { openRoom } from './room/room.ts';
import { openSlots } from './room/slots.ts';

interface ChromeParts {
  path: string;
  sandbox: boolean;
  browsers: number;
  slots: number;
  limits: Limits;
  blockLists: string;
  encoder: Encoder;
  guard: Guard;
  log: Logger;
  metrics: Metrics;
}

/** The camera with its browsers. */
export interface ChromeCamera extends Camera, AsyncDisposable {
  /** Whether a browser is running. */
  readonly healthy: boolean;
}

/** Starts the browsers and gives the camera. */
export async function openChrome({
  path,
  sandbox,
  browsers,
  slots,
  limits,
  blockLists,
  encoder,
  guard,
  log,
  metrics,
}: ChromeParts): Promise<ChromeCamera> {
  if (!sandbox) log.warn({}, 'Chrome runs without its sandbox: run capture as a user that is not root, where user namespaces are allowed');
  await removeOrphanedFolders();
  const blocking = await openBlocking({ folder: blockLists, log, metrics });

  await using opening = new AsyncDisposableStack();
  const denyAll = opening.use(await openDenyAllProxy());
  const launchOne = (signal: AbortSignal) => launch({ path, denyAllProxy: denyAll.url, sandbox, signal });
  const supervisor = opening.use(await openSupervisor({ browsers, launch: launchOne, limits, log, metrics }));
  const open = (enter: Supervisor['enter'], signal: AbortSignal) => openRoom({ supervisor, enter, guard, signal });
  const rooms = opening.use(openSlots({ slots, supervisor, open, log, metrics }));
  const camera = openCamera({ slots: rooms, supervisor, blocking, encoder });

  const house = opening.move();
  return {
    shoot: camera.shoot,
    get healthy() {
      return supervisor.healthy;
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}
