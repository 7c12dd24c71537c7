/**
 * A path and query as robots.txt and we compare them (RFC 9309 §2.2.2, RFC 3986 §6.2.2): what is no ASCII is escaped, escapes are in
 * upper case, and what needs none has none.
 */
export function canonicalEscapes(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\x21-\x7e]+/g, encodeURIComponent)
    .replace(/%[0-9a-f]{2}/gi, (escaped) => {
      const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : escaped.toUpperCase();
    });
}
