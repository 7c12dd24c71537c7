import { refusedSockets } from './refuse.ts';

/**
 * Sends the WebSockets of a page to a host that is refused: Chrome does not pause them, and has no other way to stop them. What the
 * page sees is a connection that fails. Those of workers are not reached.
 */
export const refuseSockets = `(() => {
  const Native = globalThis.WebSocket;
  const construct = (target, [url, ...others], self) => {
    const host = new URL(url, location.href).hostname.replace(/[^a-z0-9.-]/g, '-');
    return Reflect.construct(target, ['wss://' + host + '.${refusedSockets}/', ...others], self);
  };
  globalThis.WebSocket = new Proxy(Native, { construct });
  Native.prototype.constructor = globalThis.WebSocket;
})();`;
