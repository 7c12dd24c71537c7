/**
 * The OpenAPI document: made from the schemas that validate, at /openapi.json, with a page at /docs.
 *
 * To describe a route, give it `schema: operation({ id, summary, tag, params?, query?, body?, good, refuses? })`:
 * - `good` are its answers when all is well, by status, each with a sentence and a body: a component's name, a schema or bytes.
 * - `refuses` are the kinds of libs/failures it may say no with. What all routes like it may say (no key, no JSON, too slow) is added.
 * - A shape that several routes share is a component: its schema stands beside the code that makes it (`shape`, `orNull`, …),
 *   its name in components.ts; others refer to it with `component('Name')`.
 * - A new chapter is a new tag in operation.ts.
 * - An API of somebody else (dialects/) is not of this document: `schema: { hide: true }`.
 *
 * Answers are not serialised by their schemas; described-answers.test.ts and the fuzz test hold them against the document.
 */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { components } from './components.ts';
import { correctDocument } from './correct-document.ts';
import { tags } from './operation.ts';

/** Describes all routes that are registered after it. `publicUrl` is where clients reach the API. */
export function describeApi(app: FastifyInstance, { publicUrl }: { publicUrl: string }): void {
  for (const [name, schema] of Object.entries(components)) app.addSchema({ ...schema, $id: name });
  app.setSerializerCompiler(() => JSON.stringify);
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Shotwire',
        version: '1',
        description: 'Photographs web pages. See docs/api.md for a curl of each call, docs/errors.md for each code.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicUrl }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' } } },
    },
    refResolver: { buildLocalReference: ({ $id }, _, __, index) => (typeof $id === 'string' ? $id : `def-${index}`) },
    transformObject: correctDocument,
  });
  app.register((open, _, done) => {
    open.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
      reply.headers({ 'cache-control': 'public, max-age=300' });
      return app.swagger();
    });
    done();
  });
  app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: [
      "default-src 'none'",
      "script-src 'self'",
      // Its parts are styled one by one.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      `connect-src 'self' ${new URL(publicUrl).origin}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    theme: { title: 'Shotwire' },
    uiConfig: { deepLinking: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
