import { randomUUID } from 'node:crypto';
import { IntakeService } from '@shotwire/contract';
import { createRpcClient, startRpcServer } from '@shotwire/rpc';
import { createMetrics } from '@shotwire/telemetry';
import { log, openStores } from '../capture.fixture.ts';
import { devices } from '../chrome/devices.ts';
import { foretellPictures } from '../chrome/picture/foretell.ts';
import type { VideoFormat } from '../core/formats.ts';
import { intake } from './intake.ts';
import { createRoom } from './room.ts';

/** Intake over the wire, with a database of its own. */
export async function openIntake({
  queueLimit = 100_000,
  pendingPerAccount = 100_000,
  videos = new Set<VideoFormat>(['webm', 'mp4']),
} = {}) {
  await using opening = new AsyncDisposableStack();
  const stores = opening.use(await openStores());
  let committed = 0;
  const onCommitted = () => {
    committed += 1;
  };
  const parts = {
    postgres: stores.postgres,
    newId: () => randomUUID(),
    onCommitted,
    devices,
    videos,
    room: createRoom({ queueLimit, pendingPerAccount, now: Date.now }),
    leaseS: 1,
    retentionHours: 1,
    foretell: foretellPictures,
    egressAllow: [],
  };
  const server = opening.use(
    await startRpcServer({
      address: '127.0.0.1:0',
      services: [intake(parts)],
      log,
      metrics: createMetrics('capture'),
      newRequestId: randomUUID,
    }),
  );
  const client = opening.use(createRpcClient(IntakeService, { address: server.address, defaultTimeoutMs: 30_000 }));
  const house = opening.move();
  return { ...stores, client, committed: () => committed, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

/** The account that calls in tests. */
export const acme = { context: { account: 'acme' } };
