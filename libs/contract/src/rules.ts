import { type DescEnum, type DescField, getOption, hasOption } from '@bufbuild/protobuf';
import { type Rules, rules } from './gen/shotwire/rules/v1/rules_pb.ts';

/** An option is decoded anew each time it is got, and every wish asks for all of them. */
const read = new WeakMap<DescField, Rules | null>();

/** The rules written beside a field in proto, or undefined where there are none. */
export function rulesOf(field: DescField): Rules | undefined {
  let found = read.get(field);
  if (found === undefined) {
    found = hasOption(field, rules) ? getOption(field, rules) : null;
    read.set(field, found);
  }
  return found ?? undefined;
}

/** The regular expression that a text must fit as a whole, or undefined where any does. */
export function patternOf(rules: Rules | undefined): string | undefined {
  return rules?.pattern ? `^(?:${rules.pattern})$` : undefined;
}

const words = new WeakMap<DescEnum, ReadonlyMap<number, string>>();

/** The words of an enum as the REST API writes them: `FORMAT_PNG` is `png`. The zero value has none. */
export function wordsOf(desc: DescEnum): ReadonlyMap<number, string> {
  let known = words.get(desc);
  if (!known) {
    const named = desc.values.filter(({ number }) => number !== 0);
    known = new Map(named.map(({ number, localName }) => [number, localName.toLowerCase()]));
    words.set(desc, known);
  }
  return known;
}

/** The number of an enum's word, or undefined when it has no such word. */
export function numberOfWord(desc: DescEnum, word: string): number | undefined {
  return wordsOf(desc)
    .entries()
    .find(([, name]) => name === word)?.[0];
}
