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

/** The cause of a `dns_failed` that says nothing of the name: no DNS server of ours answered. */
class ResolverDown extends AggregateError {}

/** Whether a failure is our own resolver's, and not the name's. */
export function isResolverDown(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.cause instanceof ResolverDown;
}

/** Answered by any resolver that is there, with a no (RFC 6761). */
const PROBE = 'shotwire.invalid';
const silence: readonly string[] = ['ETIMEOUT', 'ECONNREFUSED'];
const isSilence = (error: unknown) => error instanceof Error && 'code' in error && silence.includes(String(error.code));

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
  const probe = new CAres({ timeout: timeoutMs, tries: 1, maxTimeout: timeoutMs });
  if (servers.length > 0) for (const one of [dns, probe]) one.setServers(servers);

  const answers = async (signal: AbortSignal): Promise<boolean> => {
    const [asked] = await orAborted(Promise.allSettled([probe.resolve4(PROBE)]), signal);
    return asked.status === 'fulfilled' || !isSilence(asked.reason);
  };

  return {
    async resolve(host, signal) {
      const name = canonicalHost(host);
      if (!name) throw new Failure('dns_failed', { cause: new Error(`"${host}" is no host`) });
      const known = isIP(name) ? [name] : loopbackOf(name);
      if (known) return known;
      const found = await orAborted(Promise.allSettled([dns.resolve4(name), dns.resolve6(name)]), signal);
      const addresses = found.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (addresses.length > 0) return addresses;
      const errors = found.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      // A name whose own servers are silent looks the same as a resolver that is.
      const down = errors.every(isSilence) && !(await answers(signal));
      throw new Failure('dns_failed', { cause: new (down ? ResolverDown : AggregateError)(errors, `${name} has no address`) });
    },
  };
}
