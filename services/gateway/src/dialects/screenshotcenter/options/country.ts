import type { Draft, Place } from './option.ts';

/** Where requests are to come out. A text for what is not possible here. */
export function leaveFrom(country: string, draft: Draft, { proxies }: Place): string | undefined {
  const code = country.toLowerCase();
  if (!/^[a-z]{2}$/.test(code)) return 'Country code must be ISO 3166-1 alpha-2';
  const proxy = proxies.get(code);
  if (proxy === undefined) {
    const there = [...proxies.keys()].sort().join(', ');
    return `This installation has no exit in ${code}: its operator sets PROXY_${code.toUpperCase()}${there && `; there are ${there}`}`;
  }
  if (proxy !== '') draft.proxy = proxy;
  return undefined;
}
