import { Failure, type FieldProblems } from '@shotwire/failures';
import type { CallContext } from '@shotwire/rpc';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is an id as Postgres takes it. What is none names nothing. */
export function isId(text: string): boolean {
  return uuid.test(text);
}

/** The id of what a request names. Failure `not_found` when it cannot name anything. */
export function idOf(id: string): string {
  if (!isId(id)) throw new Failure('not_found');
  return id.toLowerCase();
}

/** The account on whose behalf a call is made. */
export function accountOf({ account }: CallContext): string {
  if (!account) throw new Failure('invalid_api_key');
  return account;
}

/** Failure `validation_error` when there are problems. */
export function refuse(problems: FieldProblems): void {
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
}

/** What was found, or Failure `not_found`. */
export function found<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Failure('not_found');
  return thing;
}
