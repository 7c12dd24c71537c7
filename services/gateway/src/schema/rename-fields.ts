import { Failure } from '@shotwire/failures';

/** Waits for an answer, and says what is wrong with the request in the REST API's names of its fields. */
export async function renameFields<Answer>(names: Readonly<Record<string, string>>, asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (thrown) {
    if (!(thrown instanceof Failure) || !thrown.fields) throw thrown;
    const renamed = Object.entries(thrown.fields).map(([name, problems]) => [Object.hasOwn(names, name) ? names[name] : name, problems]);
    throw new Failure(thrown.kind, { says: thrown.message, fields: Object.fromEntries(renamed), cause: thrown });
  }
}
