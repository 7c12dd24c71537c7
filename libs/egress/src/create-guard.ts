import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Failure } from '@shotwire/failures';
import { type AllowEntry, excepted } from './allow-entry.ts';
import { canonicalHost, loopbackOf } from './canonical-host.ts';
import type { Resolver } from './create-resolver.ts';
import { dialPinned } from './dial-pinned.ts';
import { judgeAddress } from './judge-address.ts';
import { plainAddress } from './plain-address.ts';
import { rememberAnswers } from './remember-answers.ts';

/** What may be done with a host and port. `addresses` are judged: dial these and nothing else. `reason` is for the log. */
export type Decision = { kind: 'go'; addresses: string[] } | { kind: 'blocked'; reason: string } | { kind: 'dns_failed'; cause: unknown };

/** Where to, and how long to wait. */
export interface Dial {
  host: string;
  port: number;
  signal: AbortSignal;
  /** Whether the other side's end leaves ours open; false by default. */
  allowHalfOpen?: boolean;
}

/** The only way to an address that a stranger gave. */
export interface Guard {
  /** Resolves and judges. Throws only the signal's reason. */
  decide(host: string, port: number, signal: AbortSignal): Promise<Decision>;
  /**
   * A connected socket with an error listener, to an address that was judged.
   * Throws `blocked_url`, `dns_failed`, `connection_refused` or `connection_failed`, or the signal's reason.
   */
  dial(call: Dial): Promise<Socket>;
  /** The same guard, but one that resolves each host once: for something short-lived, such as one capture. */
  remembering(): Guard;
}

/**
 * The guard for `allow`'s exceptions. Every address of a name must be allowed, or the name is refused: a mixed answer is how an
 * attack looks. This machine's own addresses are refused too, since a firewall does not stand between a machine and itself.
 */
export function createGuard({
  allow,
  resolver,
  ownAddresses = interfaceAddresses,
}: {
  allow: readonly AllowEntry[];
  resolver: Resolver;
  ownAddresses?: () => readonly string[];
}): Guard {
  function refusal(address: string, port: number): string | undefined {
    const judgement = judgeAddress(address, port, allow);
    if (!judgement.allowed) return judgement.reason;
    const own = !excepted(address, port, allow) && ownAddresses().some((mine) => plainAddress(mine) === address);
    return own ? 'own_address' : undefined;
  }

  async function decide(host: string, port: number, signal: AbortSignal): Promise<Decision> {
    const name = canonicalHost(host);
    if (!name) return { kind: 'blocked', reason: 'bad_host' };
    let answer: string[];
    try {
      answer = await resolver.resolve(name, signal);
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'dns_failed', cause: error };
    }
    const addresses = [...new Set(answer.map((address) => plainAddress(address) ?? address))];
    const refusals = addresses.map((address) => refusal(address, port));
    const passing = addresses.filter((_, index) => refusals[index] === undefined);
    // No stranger chose what localhost is, so one allowed loopback address is enough there.
    const enough = loopbackOf(name) ? passing.length > 0 : passing.length === addresses.length;
    if (enough && passing.length > 0) return { kind: 'go', addresses: passing };
    return { kind: 'blocked', reason: refusals.find((reason) => reason !== undefined) ?? 'no_address' };
  }

  return {
    decide,
    async dial({ host, port, signal, allowHalfOpen = false }) {
      const decision = await decide(host, port, signal);
      switch (decision.kind) {
        case 'go':
          return dialPinned({ addresses: decision.addresses, port, signal, allowHalfOpen });
        case 'blocked':
          throw new Failure('blocked_url', { cause: new Error(decision.reason) });
        case 'dns_failed':
          throw decision.cause instanceof Failure ? decision.cause : new Failure('dns_failed', { cause: decision.cause });
      }
    },
    remembering: () => createGuard({ allow, resolver: rememberAnswers(resolver), ownAddresses }),
  };
}

/** A guard that refuses everything. */
export const closedGuard: Guard = {
  decide: () => Promise.resolve({ kind: 'blocked', reason: 'closed' }),
  dial: () => Promise.reject(new Failure('blocked_url', { cause: new Error('closed') })),
  remembering: () => closedGuard,
};

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
