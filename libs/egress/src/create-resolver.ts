import { Resolver as CAres } from 'node:dns/promises';
import { isIP } from 'node:net';
import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import { canonicalHost, loopbackOf } from './canonical-host.ts';

/** Says which addresses a host has. */
export interface Resolver {
  /**
   * All IPv4 addresses, then all IPv6 addresses. An IP literal is its own answer; localhost names are loopback and never looked up.
   * Throws `dns_failed` when there is none, or the signal's reason.
   */
  resolve(host: string, signal: AbortSignal): Promise<string[]>;
}

/**
 * A resolver that asks DNS itself. Not `dns.lookup`: that would heed /etc/hosts and block a thread of libuv's small pool
 * for as long as a stranger's name server pleases. `servers` empty means the system's; a try takes at most `timeoutMs`.
 */
export function createResolver({
  servers,
  timeoutMs = 2000,
  tries = 2,
}: {
  servers: readonly string[];
  timeoutMs?: number;
  tries?: number;
}): Resolver {
  const dns = new CAres({ timeout: timeoutMs, tries, maxTimeout: timeoutMs });
  if (servers.length > 0) dns.setServers(servers);

  return {
    async resolve(host, signal) {
      const name = canonicalHost(host);
      if (!name) throw new Failure('dns_failed', { cause: new Error(`"${host}" is no host`) });
      const known = isIP(name) ? [name] : loopbackOf(name);
      if (known) return known;
      const answers = await orAborted(Promise.allSettled([dns.resolve4(name), dns.resolve6(name)]), signal);
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (addresses.length > 0) return addresses;
      const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      throw new Failure('dns_failed', { cause: new AggregateError(errors, `${name} has no address`) });
    },
  };
}
