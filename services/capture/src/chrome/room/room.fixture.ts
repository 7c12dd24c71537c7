import { createGuard, createResolver, openDenyAllProxy, parseAllowEntry } from '@shotwire/egress';
import { createMetrics } from '@shotwire/telemetry';
import { log } from '../../capture.fixture.ts';
import { launch } from '../browser/launch.ts';
import { openSupervisor } from '../browser/supervisor.ts';
import { openRoom } from './room.ts';

const chromePath = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';

/** A browser of its own whose rooms may visit this machine's loopback. */
export async function openTestRooms() {
  await using opening = new AsyncDisposableStack();
  const denyAll = opening.use(await openDenyAllProxy());
  const launchOne = (signal: AbortSignal) =>
    launch({ path: chromePath, denyAllProxy: denyAll.url, sandbox: process.getuid?.() !== 0, signal });
  const limits = { captures: 1_000, ageMs: 3_600_000, memoryMb: 4_096 };
  const supervisor = opening.use(await openSupervisor({ browsers: 1, launch: launchOne, limits, log, metrics: createMetrics('capture') }));
  const entry = parseAllowEntry('127.0.0.0/8');
  const guard = createGuard({ allow: entry ? [entry] : [], resolver: createResolver({ servers: [] }) });
  const house = opening.move();
  return {
    supervisor,
    /** A room that a capture has moved into. */
    async open() {
      const room = await openRoom({ supervisor, enter: supervisor.enter, guard, signal: AbortSignal.timeout(10_000) });
      room.occupy({});
      return room;
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}
