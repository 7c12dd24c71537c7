import { Failure } from '@shotwire/failures';
import { unfitTexts } from '../schema/unfit-texts.ts';
import type { ApiKey } from './api-key.ts';
import { domainOf } from './assert-domain.ts';
import type { NewKey } from './schema.ts';

/** What a new key may, made exact. Failure `validation_error`. */
export function judgeNewKey({ name, scopes = ['capture', 'read'], domains = [] }: NewKey): Pick<ApiKey, 'name' | 'scopes' | 'domains'> {
  const problems: Record<string, readonly string[]> = { ...unfitTexts({ name }) };
  if (scopes.length === 0) problems.scopes = ['must name one or more of capture, read, admin'];
  const exact = domains.map(domainOf);
  for (const [at, domain] of exact.entries())
    if (domain === undefined) problems[`domains[${at}]`] = ['must be a host name such as example.com, without a scheme, a port or a path'];
  if (domains.length > 0 && scopes.includes('admin'))
    problems.domains = ['cannot be given to an admin key, which could make a key without them'];
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
  return { name, scopes: [...new Set(scopes)], domains: [...new Set(exact as string[])] };
}
