import { type AllowEntry, checkUrl } from '@shotwire/egress';
import { Failure, type FieldProblems } from '@shotwire/failures';
import type { Wish } from './schema.ts';

interface WishRules {
  allow: readonly AllowEntry[];
  webhookAllowHttp: boolean;
}

const sources = ['url', 'html', 'markdown'] as const;

/**
 * Judges the addresses of a wish as far as that is possible without DNS, and tells all that is wrong with it at once.
 * Failure `validation_error`, or `blocked_url` when an address that may not be visited is all there is.
 */
export function judgeWish(body: unknown, shapeProblems: FieldProblems, { allow, webhookAllowHttp }: WishRules): Wish {
  const problems: Record<string, readonly string[]> = { ...shapeProblems };
  const wish = body as Wish;
  if (isObject(body)) {
    const given = sources.filter((source) => body[source] !== undefined && body[source] !== '');
    if (given.length !== 1)
      problems[given[1] ?? 'url'] ??= [
        given.length === 0 ? 'is required, or html, or markdown' : 'must be the only one of url, html and markdown',
      ];
  }
  const addresses = {
    url: ['http:', 'https:'],
    webhook_url: webhookAllowHttp ? ['http:', 'https:'] : ['https:'],
  };
  let onlyBlocked = Object.keys(problems).length === 0;
  for (const [field, schemes] of Object.entries(addresses)) {
    const address = isObject(body) ? body[field] : undefined;
    if (typeof address !== 'string' || address === '' || Object.hasOwn(problems, field)) continue;
    // Half of a surrogate pair is text in JSON and nowhere else.
    const verdict = checkUrl(address.isWellFormed() ? address : '', { schemes, allow });
    if (verdict.ok) continue;
    problems[field] = [verdict.reason];
    onlyBlocked &&= verdict.kind === 'blocked';
  }
  if (Object.keys(problems).length > 0) throw new Failure(onlyBlocked ? 'blocked_url' : 'validation_error', { fields: problems });
  return wish;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
