import type { Instant } from '@shotwire/contract';
import type { ApiKey } from '../keys/api-key.ts';

/** A key as its owners see it in the list. */
export interface KeyRow extends ApiKey {
  /** How it begins; empty where that would tell too much of it. */
  prefix: string;
  createdAt: Instant;
  lastUsedAt: Instant | null;
}

/** The columns of a KeyRow. */
export const keyColumns = `id, account_id as "accountId", name, prefix, scopes, domains, created_at as "createdAt", last_used_at as "lastUsedAt"`;
