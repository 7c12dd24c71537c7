import { ShotwireError } from '../shotwire-error.ts';
import { flagOf } from './wish-flags.ts';

/** What a command says of an error: a sentence, and one for each field that is wrong. */
export function complaintOf(error: Error): string {
  if (!(error instanceof ShotwireError)) return error.message;
  const { code, message, fields, requestId } = error;
  const request = requestId === undefined || error.screenshot ? '' : `, request ${requestId}`;
  const lines = Object.entries(fields).map(([field, problems]) => `  ${nameOf(field)}: ${problems.join('; ')}`);
  return [`${message} (${code}${request})`, ...lines].join('\n');
}

/** A field as the command line calls it; the URL is no flag. */
function nameOf(field: string): string {
  const [, name = '', rest = ''] = /^(\w+)(.*)$/.exec(field) ?? [];
  return name === '' || name === 'url' || name === 'requests' ? field : `--${flagOf(name)}${rest}`;
}
