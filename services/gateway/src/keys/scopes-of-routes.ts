import type { FastifyInstance } from 'fastify';
import type { Scope } from './api-key.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key needs to be let in here. */
    scope?: Scope;
  }
}

/** What each route of the native API asks of a key: reading `read`, making and taking back captures `capture`, the rest `admin`. */
export const scopesOfRoutes: Readonly<Record<string, Scope>> = {
  'POST /screenshots': 'capture',
  'GET /screenshots': 'read',
  'POST /screenshots/explain': 'capture',
  'GET /screenshots/:id': 'read',
  'DELETE /screenshots/:id': 'capture',
  'POST /screenshots/:id/cancel': 'capture',
  'POST /screenshots/:id/retry': 'capture',
  'GET /screenshots/:id/image': 'read',
  'GET /screenshots/:id/report': 'read',
  'GET /screenshots/:id/artefacts/:name': 'read',
  'GET /screenshots/:id/events': 'read',
  'POST /links': 'capture',
  'POST /batches': 'capture',
  'GET /batches': 'read',
  'GET /batches/:id': 'read',
  'GET /batches/:id/screenshots': 'read',
  'GET /batches/:id/download': 'read',
  'POST /batches/:id/cancel': 'capture',
  'POST /batches/:id/replay': 'capture',
  'GET /events': 'read',
  'GET /account': 'read',
  'GET /account/signing-secret': 'admin',
  'GET /usage': 'read',
  'POST /apps': 'admin',
  'GET /apps': 'read',
  'GET /apps/:id': 'read',
  'PATCH /apps/:id': 'admin',
  'DELETE /apps/:id': 'admin',
  'POST /apps/:id/enable': 'admin',
  'POST /apps/:id/pause': 'admin',
  'POST /apps/:id/disable': 'admin',
  'POST /apps/:id/rotate-secret': 'admin',
  'POST /apps/:id/test': 'admin',
  'GET /deliveries': 'read',
  'GET /deliveries/:id': 'read',
  'POST /deliveries/:id/redeliver': 'admin',
  'POST /deliveries/recover': 'admin',
  'POST /keys': 'admin',
  'GET /keys': 'admin',
  'DELETE /keys/:id': 'admin',
};

/**
 * Gives each route that is registered in this scope afterwards what the table says. A route that is not in it says what it needs
 * in its own `config`; one that does neither is a mistake, and thrown as one.
 */
export function scopeRoutes(api: FastifyInstance): void {
  api.addHook('onRoute', (route) => {
    const path = route.url.slice(api.prefix.length);
    const [method = ''] = [route.method].flat();
    const needed = route.config?.scope ?? scopesOfRoutes[`${method === 'HEAD' ? 'GET' : method} ${path}`];
    if (!needed) throw new Error(`${method} ${path} says of no scope that it needs it`);
    route.config = { ...route.config, scope: needed };
  });
}
