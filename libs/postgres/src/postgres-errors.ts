import { Failure } from '@shotwire/failures';

/** SQLSTATE classes and codes that mean: not the statement's fault, the same work may succeed later. */
const passing: Readonly<Record<string, string>> = {
  '08': 'connection exception',
  '53': 'insufficient resources',
  '57': 'operator intervention: shutting down, starting up, cancelled',
  '40001': 'serialization failure',
  '40P01': 'deadlock detected',
  '55P03': 'lock not available',
  '25P03': 'idle in transaction too long',
};

/** Socket errors of the driver. */
const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH']);

/** Whether an error of Postgres or its driver passes by itself. */
function passes(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  if (code !== undefined) return networkCodes.has(code) || code in passing || (/^[0-9A-Z]{5}$/.test(code) && code.slice(0, 2) in passing);
  // The pool and the driver give no code when no connection is to be had or one is lost.
  return thrown.name === 'KnexTimeoutError' || thrown.name === 'AggregateError' || thrown.constructor === Error;
}

/** The border to Postgres: trouble that passes becomes `unavailable`, anything else `internal`. */
export function failureFromPostgres(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return passes(thrown) ? new Failure('unavailable', { retryAfterS: 5, cause: thrown }) : new Failure('internal', { cause: thrown });
}
