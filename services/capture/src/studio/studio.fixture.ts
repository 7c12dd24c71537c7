import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Archive } from '@shotwire/archive';
import type { Bus } from '@shotwire/events';
import { row, rows } from '@shotwire/postgres';
import { createMetrics } from '@shotwire/telemetry';
import { eventually } from '@shotwire/testing';
import { log, type openStores } from '../capture.fixture.ts';
import { devices } from '../chrome/devices.ts';
import { allAllowed } from '../core/robots-rules.ts';
import type { Camera, Capture, Robots } from './camera.ts';
import { openStudio } from './open-studio.ts';

/** See openStores. */
export type Stores = Awaited<ReturnType<typeof openStores>>;

/** A capture of one picture. */
export const picture: Capture = {
  artefacts: [{ name: 'png', body: Buffer.from('a picture'), mimeType: 'image/png', width: 1280, height: 800 }],
  report: {},
  findings: {},
};
/** NATS is away in these tests: nothing of a studio's promises hangs on it. */
const noBus: Pick<Bus, 'onWake' | 'wake'> = { onWake: () => undefined, wake: () => undefined };

/** Sites that ask nothing of robots. */
const robotsWelcome: Robots = { rulesFor: async () => allAllowed };

/** A studio at work on what is in the stores. */
export function openTestStudio(
  stores: Stores,
  camera: Camera,
  { archive = stores.archive as Pick<Archive, 'put'>, robots = robotsWelcome, leaseS = 15, graceMs = 1_000, slots = 2 } = {},
) {
  return openStudio({
    postgres: stores.postgres,
    archive,
    camera,
    robots,
    devices,
    bus: noBus,
    relay: { nudge: () => undefined },
    metrics: createMetrics('capture'),
    log,
    newId: () => randomUUID(),
    slots,
    roomPerLane: 10,
    leaseS,
    graceMs,
    retentionHours: 1,
  });
}

/** Where a screenshot is in its life. */
export interface Seen {
  status: string;
  problem_code: string | null;
  problem_message: string | null;
}

/** Where a screenshot is in its life now, or undefined when it is gone. */
export const stateOf = ({ postgres }: Stores, id: string) =>
  postgres.transaction((trx) => row<Seen>(trx, 'select status, problem_code, problem_message from screenshots where id = :id', { id }));
/** Waits until a screenshot is in a state. */
export const reaches = (stores: Stores, id: string, status: string) =>
  eventually(async () => {
    const seen = await stateOf(stores, id);
    assert.equal(seen?.status, status);
    return seen;
  });
/** What was announced. */
export const subjectsOf = ({ postgres }: Stores) =>
  postgres.transaction(async (trx) => (await rows<{ subject: string }>(trx, 'select subject from outbox')).map(({ subject }) => subject));
/** What waits or is in hand. */
export const queued = ({ postgres }: Stores) => postgres.transaction((trx) => rows(trx, 'select item_id from lane_items'));
/** The keys of all objects, in order. */
export const stored = async ({ archive }: Stores) => (await Array.fromAsync(archive.list({ prefix: 'images/' }))).sort();

/** A camera whose captures last until their signal aborts. */
export const endless: Camera = {
  shoot: (_order, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })),
};
