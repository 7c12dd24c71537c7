import type { Order } from '../../studio/camera.ts';
import type { Guest } from './slots.ts';

/**
 * For whom a capture takes its room. One that carries secrets shares rooms with captures of the same site only: pages of all sites
 * that an account visits run in one process of a room, one after the other, and one that broke into it would read the next.
 */
export function guestOf({ accountId, url, options, alone }: Pick<Order, 'accountId' | 'url' | 'options'> & { alone: boolean }): Guest {
  const site = URL.parse(url)?.hostname ?? '';
  const secret = options.cookies.length > 0 || Object.keys(options.headers).length > 0 || options.basicAuth !== undefined;
  return { tenant: JSON.stringify(secret ? [accountId, site] : [accountId]), site, alone };
}
