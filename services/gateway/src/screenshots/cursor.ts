import { Failure } from '@shotwire/failures';

/** The greatest number that Postgres gives. */
const greatest = 2n ** 63n - 1n;

/** A place in a list as clients carry it, opaque to them: the number of the last one seen. */
export function cursorFromNumber(number: bigint): string {
  return Buffer.from(String(number)).toString('base64url');
}

/** The pair of {@link cursorFromNumber}. Failure `validation_error` for what we did not make. */
export function numberFromCursor(cursor: string): bigint {
  const said = Buffer.from(cursor, 'base64url').toString();
  const number = /^[1-9]\d{0,18}$/.test(said) ? BigInt(said) : 0n;
  if (number === 0n || number > greatest || cursorFromNumber(number) !== cursor)
    throw new Failure('validation_error', { fields: { cursor: ['must be the next_cursor of the page before'] } });
  return number;
}
