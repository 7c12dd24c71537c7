import { Shotwire } from '../shotwire.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Where `make up` listens. */
const usualUrl = 'http://127.0.0.1:8080';

/** What the environment says, for help. */
export const settings = {
  SHOTWIRE_URL: `where the server is; ${usualUrl} when not given`,
  SHOTWIRE_API_KEY: 'the API key',
};

/** The address of the server. */
export function baseUrlIn({ SHOTWIRE_URL: url }: Terminal['env']): string {
  return url || usualUrl;
}

/** The server that the environment names. Throws a UsageError when it does not. */
export function shotwireFrom(env: Terminal['env']): Shotwire {
  const { SHOTWIRE_API_KEY: apiKey } = env;
  if (!apiKey) throw new UsageError('SHOTWIRE_API_KEY is not set: the API key belongs in the environment.');
  try {
    return new Shotwire({ baseUrl: baseUrlIn(env), apiKey });
  } catch {
    throw new UsageError(`SHOTWIRE_URL has to be an http or https URL, and is ${JSON.stringify(baseUrlIn(env))}.`);
  }
}
