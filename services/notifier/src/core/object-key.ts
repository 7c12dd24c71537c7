import type { Instant } from '@shotwire/contract';

/** What a path template is filled with. */
interface Told {
  id: string;
  /** The page; empty when it came with the wish. */
  url: string;
  tags: readonly string[];
  endedAt: Instant;
  /** Without a dot. */
  ext: string;
}

/** No key of an S3 object is longer. */
const keyBytes = 1024;

/** The variables, what each may take at most in bytes, and what it stands for. */
const variables: Readonly<Record<string, { bytes: number; of: (told: Told) => string }>> = {
  id: { bytes: 36, of: ({ id }) => id },
  domain: { bytes: 253, of: ({ url }) => (URL.canParse(url) ? new URL(url).hostname : '') },
  yyyy: { bytes: 4, of: ({ endedAt }) => endedAt.slice(0, 4) },
  mm: { bytes: 2, of: ({ endedAt }) => endedAt.slice(5, 7) },
  dd: { bytes: 2, of: ({ endedAt }) => endedAt.slice(8, 10) },
  hh: { bytes: 2, of: ({ endedAt }) => endedAt.slice(11, 13) },
  ii: { bytes: 2, of: ({ endedAt }) => endedAt.slice(14, 16) },
  ss: { bytes: 2, of: ({ endedAt }) => endedAt.slice(17, 19) },
  tag: { bytes: 64, of: ({ tags }) => tags[0] ?? '' },
  ext: { bytes: 8, of: ({ ext }) => ext },
};

/** What is wrong with a path template, as a sentence without its subject. */
export function templateProblem(template: string): string | undefined {
  for (const [, name = ''] of template.matchAll(/\{([^{}]*)\}/g))
    if (!Object.hasOwn(variables, name))
      return `must have no variable but ${Object.keys(variables)
        .map((known) => `{${known}}`)
        .join(' ')}`;
  const filled = template.replace(/\{[^{}]*\}/g, 'x');
  if (/[{}]/.test(filled)) return 'must have braces in pairs, around variables alone';
  // Whoever makes a URL of the key could read a backslash as a slash, and %2e as a dot.
  if (/[\p{Cc}\\%]/u.test(filled) || !template.isWellFormed()) return 'must have no control characters, no backslash and no %';
  const segments = filled.split('/');
  if (segments.includes('')) return 'must not begin or end with a slash, nor have two in a row, nor be empty';
  if (segments.some((segment) => /^\.{1,2}$/.test(segment))) return 'must have no . and no .. between slashes';
  const bytes = Buffer.byteLength(template.replace(/\{([^{}]*)\}/g, (_, name) => 'x'.repeat(variables[name]?.bytes ?? 0)));
  return bytes > keyBytes ? `must give no more than ${keyBytes} bytes, however long what it is filled with` : undefined;
}

/** The key of an object, from a template that has no problem. Whatever a variable stands for, it stays within its place. */
export function objectKey(template: string, told: Told): string {
  return template.replace(/\{([^{}]*)\}/g, (whole, name) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return variable ? tame(variable.of(told), variable.bytes) : whole;
  });
}

/** Letters, digits and a few signs, so that nothing else can be meant by them; dots neither at an end nor in a row. */
function tame(text: string, bytes: number): string {
  const safe = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.');
  return cut(safe.replace(/^\.+/, ''), bytes).replace(/\.+$/, '') || 'none';
}

/** No more bytes than these, without half a character at the end. */
function cut(text: string, bytes: number): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true });
}
