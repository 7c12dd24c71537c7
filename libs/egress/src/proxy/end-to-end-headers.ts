// RFC 9110 §7.6.1, and Expect, which the proxy itself has answered by then.
const hopByHop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect']);

/**
 * Those of the raw headers (name, value, name, value, …) that are meant for the other end; nothing that `Connection` names,
 * and not the one called `except`, in lower case.
 */
export function endToEndHeaders(raw: readonly string[], except?: string): string[] {
  const kept: string[] = [];
  const named: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at], raw[at + 1]];
    const lower = name.toLowerCase();
    if (lower === 'connection') named.push(...namedIn(value));
    else if (lower !== except && !hopByHop.has(lower) && !lower.startsWith('proxy-')) kept.push(name, value);
  }
  return named.length === 0 ? kept : kept.filter((_, at) => !named.includes((kept[at - (at % 2)] ?? '').toLowerCase()));
}

function namedIn(connection: string): string[] {
  const tokens = connection.split(',').map((token) => token.trim().toLowerCase());
  return tokens.filter((token) => token !== 'keep-alive' && token !== 'close');
}
