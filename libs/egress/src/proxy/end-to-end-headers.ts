// RFC 9110 §7.6.1, and Expect, which the proxy itself has answered by then.
const hopByHop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect']);

/** Those of the raw headers (name, value, name, value, …) that are meant for the other end; nothing that `Connection` names. */
export function endToEndHeaders(raw: readonly string[]): string[] {
  const pairs = Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? ''] as const);
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((token) => token.trim().toLowerCase()));
  return pairs.filter(([name]) => passes(name.toLowerCase(), named)).flat();
}

function passes(name: string, named: readonly string[]): boolean {
  return !hopByHop.has(name) && !name.startsWith('proxy-') && !named.includes(name);
}
