import { mostRows } from '../schema.ts';
import { refuseCount, type Sent, textOf } from './sent.ts';

/** A text with a URL on each line. Lines that are empty or begin with # mean nothing. Failure `validation_error` or `malformed_body`. */
export function linesOf(bytes: Uint8Array): Sent {
  const urls: string[] = [];
  const numbers: number[] = [];
  let number = 0;
  for (const [line] of textOf(bytes).matchAll(/[^\r\n]+|\r\n|\r|\n/g)) {
    if (/^[\r\n]/.test(line)) number += 1;
    const url = line.trim();
    if (url === '' || url.startsWith('#')) continue;
    urls.push(url);
    numbers.push(number + 1);
    if (urls.length > mostRows) break;
  }
  refuseCount(urls.length);
  return { body: { urls }, nameRow: (index) => `lines[${numbers[index]}]` };
}
