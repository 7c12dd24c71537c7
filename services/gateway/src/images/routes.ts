import type { FastifyInstance } from 'fastify';
import { imageOf } from '../screenshots/kept.ts';
import { objectRoute } from '../screenshots/object-route.ts';
import { requireLink } from './require-link.ts';

type ImageParts = Parameters<typeof requireLink>[1] & Parameters<typeof objectRoute>[2];

/** Images for those who hold a link, and no key. The extension is for them: what the image is, its screenshot says. */
export function imageRoutes(app: FastifyInstance, parts: ImageParts): void {
  requireLink(app, parts);
  objectRoute(app, { url: '/:account/:id.:ext', keptOf: imageOf }, parts);
}
