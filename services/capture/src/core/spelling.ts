/** Whether Node and Chrome know a time zone by this name. */
export function isTimeZone(name: string): boolean {
  // Offsets such as +02:00 are time zones to Node, and not to Chrome.
  return /^[A-Za-z]/.test(name) && succeeds(() => new Intl.DateTimeFormat('en', { timeZone: name }));
}

/** Whether this is a language tag, written with hyphens or underscores. */
export function isLanguage(tag: string): boolean {
  return succeeds(() => new Intl.Locale(tag.replaceAll('_', '-')));
}

/** Chrome does not let these be set: they belong to the connection. */
const connectionHeaders = /^(host|connection|content-length|transfer-encoding|upgrade|keep-alive|te|trailer|expect|proxy-.*)$/i;

/** Whether a client may have this header sent. */
export function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && !connectionHeaders.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
