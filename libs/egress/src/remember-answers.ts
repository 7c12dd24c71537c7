import { orAborted } from '@shotwire/deadlines';
import type { Resolver } from './create-resolver.ts';

/**
 * A resolver that asks once per host and then keeps to the answer, so that a name cannot change its address halfway.
 * For something short-lived: nothing is ever forgotten except failures.
 */
export function rememberAnswers(resolver: Resolver): Resolver {
  const answers = new Map<string, Promise<string[]>>();
  // Several callers share one question, so none of them may abort it; the resolver's own time limit ends it.
  const never = new AbortController().signal;

  function ask(host: string): Promise<string[]> {
    const answer = resolver.resolve(host, never);
    answers.set(host, answer);
    answer.catch(() => answers.delete(host));
    return answer;
  }

  return { resolve: (host, signal) => orAborted(answers.get(host) ?? ask(host), signal) };
}
