import type { FastifyInstance } from 'fastify';
import { limitLargeBodies } from '../../http/limit-large-bodies.ts';
import { accountCalls } from './account-calls.ts';
import { batchCalls } from './batch-calls.ts';
import { openDoor } from './door.ts';
import { screenshotCalls } from './screenshot-calls.ts';

type Parts = Parameters<typeof openDoor>[1] &
  Parameters<typeof screenshotCalls>[1] &
  Parameters<typeof batchCalls>[1] &
  Parameters<typeof accountCalls>[1];

/** The API of ScreenshotCenter, in front of the same acts as ours: docs/dialects.md. */
export function screenshotCenterRoutes(scope: FastifyInstance, parts: Parts): void {
  openDoor(scope, parts);
  limitLargeBodies(scope);
  screenshotCalls(scope, parts);
  batchCalls(scope, parts);
  accountCalls(scope, parts);
}
