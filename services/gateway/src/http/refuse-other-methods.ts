import { Failure } from '@shotwire/failures';
import type { FastifyInstance } from 'fastify';

/** Answers 405 with `Allow` to a method that a known route does not take. To be called before the routes are registered. */
export function refuseOtherMethods(app: FastifyInstance): { close: () => void } {
  const taken = new Map<string, Set<string>>();
  const secret = new Set<string>();
  let open = true;
  app.addHook('onRoute', ({ url, method, config }) => {
    // The pages of the document are a plugin's, which has its own way with slashes.
    if (!open || url.startsWith('/docs')) return;
    taken.set(url, (taken.get(url) ?? new Set()).union(new Set([method].flat())));
    if (config?.secretPath) secret.add(url);
  });

  function close(): void {
    open = false;
    for (const [url, methods] of taken) {
      const allow = [...methods].sort().join(', ');
      app.route({
        method: app.supportedMethods.filter((method) => !methods.has(method)),
        url,
        exposeHeadRoute: false,
        schema: { hide: true },
        config: { secretPath: secret.has(url) },
        onRequest: async (_, reply) => {
          reply.header('allow', allow);
          throw new Failure('method_not_allowed');
        },
        handler: async () => {},
      });
    }
  }
  return { close };
}
