import { headerProblem } from '../core/headers.ts';

/** Pairs of a name, cut where it is long, and what is wrong with the header of that name. */
export function* headerProblems(headers: Readonly<Record<string, string>>): Iterable<[name: string, sentence: string]> {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const sentence = headerProblem(name, value) ?? (seen.has(name.toLowerCase()) ? 'is there twice' : undefined);
    seen.add(name.toLowerCase());
    if (sentence !== undefined) yield [name.slice(0, 100), sentence];
  }
}
