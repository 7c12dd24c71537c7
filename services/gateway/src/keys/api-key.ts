/** What a key may do; `admin` may do all that the others may. */
export const scopes = ['capture', 'read', 'admin'] as const;

/** One of {@link scopes}. */
export type Scope = (typeof scopes)[number];

/** Who is asking, and what they may. */
export interface ApiKey {
  /** A UUID. */
  id: string;
  accountId: string;
  name: string;
  scopes: readonly Scope[];
  /** What it may capture: pages of these domains and of those below them. Empty for all pages. */
  domains: readonly string[];
}
