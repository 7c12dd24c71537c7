import { Failure } from '@shotwire/failures';
import type { Parameters } from './parameters.ts';
import type { Reader } from './read.ts';

type Readers = Readonly<Record<string, Reader<unknown>>>;
type Taken<R extends Readers, Needed extends keyof R> = { [K in Needed]: Value<R[K]> } & { [K in Exclude<keyof R, Needed>]?: Value<R[K]> };
type Value<R> = R extends Reader<infer T> ? T : never;

/**
 * Reads the parameters of a call that is not about a wish. One that no reader is for is refused: it would change nothing.
 * Failure `validation_error`, which names all that are wrong.
 */
export function take<R extends Readers, Needed extends keyof R & string = never>(
  parameters: Parameters,
  readers: R,
  needed: readonly Needed[] = [],
): Taken<R, Needed> {
  const problems = new Map<string, readonly string[]>(needed.map((name) => [name, ['is required']]));
  const taken: Record<string, unknown> = {};
  for (const [name, sent] of Object.entries(parameters)) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    const read = reader ? reader(sent) : { problem: `is unknown; known are ${Object.keys(readers).join(', ')}` };
    problems.delete(name);
    if ('problem' in read) problems.set(name.slice(0, 100), [read.problem]);
    else taken[name] = read.value;
  }
  if (problems.size > 0) throw new Failure('validation_error', { fields: Object.fromEntries(problems) });
  return taken as Taken<R, Needed>;
}
