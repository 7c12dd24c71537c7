import type { FastifyInstance } from 'fastify';
import { shape, text } from '../openapi/json-schema.ts';
import { operation } from '../openapi/operation.ts';
import { imageOf } from '../screenshots/kept.ts';
import { objectRoute } from '../screenshots/object-route.ts';
import { objectAnswers } from '../screenshots/operations.ts';
import { requireLink } from './require-link.ts';

type ImageParts = Parameters<typeof requireLink>[1] & Parameters<typeof objectRoute>[2];

const schema = operation({
  id: 'openLink',
  tag: 'images',
  summary: 'Get an image by a link',
  description: 'The link stands for a key. `image_url` of webhooks of the profile center is one.',
  keyed: false,
  params: shape({ account: text, id: text, ext: text }),
  query: {
    type: 'object',
    properties: { expires: { description: 'As the link has it.' }, signature: { description: 'As the link has it.' } },
  },
  good: objectAnswers,
  refuses: ['link_refused', 'not_ready', 'no_image', 'expired', 'storage_failed'],
});

/** Images for those who hold a link, and no key. The extension is for them: what the image is, its screenshot says. */
export function imageRoutes(app: FastifyInstance, parts: ImageParts): void {
  requireLink(app, parts);
  objectRoute(app, { url: '/:account/:id.:ext', schema, keptOf: imageOf }, parts);
}
