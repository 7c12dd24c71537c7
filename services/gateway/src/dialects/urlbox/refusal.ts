import type { Failure } from '@shotwire/failures';

/** Their codes, where ours is called otherwise. */
const codes: Partial<Record<Failure['kind'], string>> = {
  validation_error: 'InvalidOptions',
  blocked_url: 'InvalidOptions',
};

/** The body of every no. */
export function refusalOf(failure: Failure, requestId: string): object {
  const { kind, code, fields } = failure;
  const named = Object.entries(fields ?? {}).slice(0, 3);
  const details = named.map(([field, [sentence = '']]) => `${field} ${sentence}.`);
  return {
    error: { message: [failure.message, ...details].join(' '), code: codes[kind] ?? code, ...(fields && { errors: fields }) },
    requestId,
  };
}
