import type { Reader } from './read.ts';

/** A header in one text: its name, a separator, its value. */
export function header(separator: ':' | '='): Reader<[name: string, value: string]> {
  return (sent) => {
    const [, name = '', value = ''] =
      (typeof sent === 'string' && new RegExp(`^([\\w!#$%&'*+.^|~-]+) *${separator}(.*)$`, 's').exec(sent)) || [];
    return name === '' ? { problem: `must be a name and a value such as X-Name${separator}value` } : { value: [name, value.trim()] };
  };
}

const sameSites = ['strict', 'lax', 'none'];

/** A cookie in one text, as `Set-Cookie` has it. How long it would last does not matter: a capture is over sooner. */
export const cookie: Reader<Record<string, unknown>> = (sent) => {
  const [pair = '', ...attributes] = typeof sent === 'string' ? sent.split(';') : [];
  const at = pair.indexOf('=');
  if (at < 1) return { problem: 'must be a cookie such as name=value; Domain=example.com; Path=/; Secure' };
  const made: Record<string, unknown> = { name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() };
  for (const attribute of attributes) {
    const [name = '', value = ''] = attribute.split('=').map((one) => one.trim());
    const word = name.toLowerCase();
    if (word === 'domain') made.domain = value;
    else if (word === 'path') made.path = value;
    else if (word === 'secure') made.secure = true;
    else if (word === 'httponly') made.http_only = true;
    else if (word === 'samesite' && sameSites.includes(value.toLowerCase())) made.same_site = value.toLowerCase();
    else if (word !== '' && word !== 'expires' && word !== 'max-age')
      return { problem: `has an attribute of a cookie that is none: ${name.slice(0, 50)}` };
  }
  return { value: made };
};
