import { checkUrl, isResolverDown } from '@shotwire/egress';
import { Failure, failures } from '@shotwire/failures';
import type { DeskParts } from './parts.ts';
import type { AppKind } from './stored-app.ts';

export type ReachParts = Pick<DeskParts, 'guard' | 'allow' | 'allowHttp'>;

/** Whether an address may be called. `trouble` is what an attempt would fail with, `says` a sentence for its owner. */
export type Reach =
  | { ok: true; url: URL }
  | { ok: false; trouble: 'invalid_url' | 'blocked_address' | 'dns_failed' | 'dns_ours'; says: string };

/** Judges an address as an attempt would at this moment, what its name resolves to included. Throws only the signal's reason. */
export async function reach({ guard, allow, allowHttp }: ReachParts, text: string, signal: AbortSignal): Promise<Reach> {
  const checked = checkUrl(text, { schemes: allowHttp ? ['https:', 'http:'] : ['https:'], allow });
  if (!checked.ok) return { ok: false, trouble: checked.kind === 'blocked' ? 'blocked_address' : 'invalid_url', says: checked.reason };
  const { url } = checked;
  const decision = await guard.decide(url.hostname, Number(url.port) || (url.protocol === 'https:' ? 443 : 80), signal);
  if (decision.kind === 'go') return { ok: true, url };
  if (decision.kind === 'blocked') return { ok: false, trouble: 'blocked_address', says: failures.blocked_url.says };
  return { ok: false, trouble: isResolverDown(decision.cause) ? 'dns_ours' : 'dns_failed', says: failures.dns_failed.says };
}

/** Where an app is: the path of the field that says it, and what it says. */
export function addressOf(kind: AppKind): [field: string, address: string] {
  return kind.case === 'webhook' ? ['webhook.url', kind.value.url] : ['s3.endpoint', kind.value.endpoint];
}

/** What is wrong with the address of an app. Failure `unavailable` when that cannot be found out at the moment. */
export async function addressProblem(parts: ReachParts, kind: AppKind, signal: AbortSignal): Promise<string | undefined> {
  const [, address] = addressOf(kind);
  const reached = await reach(parts, address, signal);
  if (reached.ok)
    return kind.case === 's3' && !isOrigin(reached.url) ? 'must be the address of a store, without path and query' : undefined;
  if (reached.trouble === 'dns_ours') throw new Failure('unavailable', { retryAfterS: 5 });
  return reached.says;
}

function isOrigin({ pathname, search, hash }: URL): boolean {
  return pathname === '/' && search === '' && hash === '';
}
