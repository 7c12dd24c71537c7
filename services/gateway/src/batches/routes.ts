import type { FastifyInstance } from 'fastify';
import { againRoutes } from './again-routes.ts';
import { createRoute } from './create-route.ts';
import { downloadRoute } from './download/download-route.ts';
import { readRoutes } from './read-routes.ts';

type BatchParts = Parameters<typeof createRoute>[1] &
  Parameters<typeof readRoutes>[1] &
  Parameters<typeof againRoutes>[1] &
  Parameters<typeof downloadRoute>[1];

/** The batches of the account that asks. */
export function batchRoutes(app: FastifyInstance, parts: BatchParts): void {
  createRoute(app, parts);
  readRoutes(app, parts);
  againRoutes(app, parts);
  downloadRoute(app, parts);
}
