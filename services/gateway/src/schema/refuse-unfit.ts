import { Failure } from '@shotwire/failures';
import { unfitTexts } from './unfit-texts.ts';

/** Failure `validation_error` when texts in a body are such as nobody can keep. For bodies that have a shape, and so a depth. */
export function refuseUnfit(body: unknown): void {
  const problems = unfitTexts(body);
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
}
