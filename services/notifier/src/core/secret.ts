/** Marks a secret that is given as bytes, as libraries of Standard Webhooks take it. */
const mark = 'whsec_';

/** What is wrong with a secret that somebody gave, as a sentence without its subject. */
export function secretProblem(text: string): string | undefined {
  if (!/^[!-~][ -~]{14,254}[!-~]$/.test(text)) return 'must be 16 to 256 printable ASCII characters, without a space at either end';
  // A library would take it for bytes all the same, and sign with a key of its own.
  if (text.startsWith(mark) && !bytesOf(text)) return `must be followed by base64 of 24 to 64 bytes where it begins with ${mark}`;
  return undefined;
}

/** The key of both signatures: the UTF-8 of the text, or the bytes that it stands for. */
export function secretBytes(text: string): Buffer {
  return bytesOf(text) ?? Buffer.from(text);
}

/** A secret as its owner is shown it: the text, and the same key as libraries of Standard Webhooks take it. */
export function secretTexts(text: string): { text: string; standard: string } {
  return { text, standard: `${mark}${secretBytes(text).toString('base64')}` };
}

/** The text of a new secret, from 32 random bytes. */
export function newSecretText(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function bytesOf(text: string): Buffer | undefined {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (!base64) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const whole = bytes.toString('base64').replace(/=+$/, '').length === base64.replace(/=+$/, '').length;
  return whole && bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}
