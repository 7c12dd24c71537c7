import { type DescEnum, type DescField, getOption, hasOption } from '@bufbuild/protobuf';
import { type Rules, rules } from './gen/shotwire/rules/v1/rules_pb.ts';

/** The rules written beside a field in proto, or undefined where there are none. */
export function rulesOf(field: DescField): Rules | undefined {
  return hasOption(field, rules) ? getOption(field, rules) : undefined;
}

/** The words of an enum as the REST API writes them: `FORMAT_PNG` is `png`. The zero value has none. */
export function wordsOf(desc: DescEnum): ReadonlyMap<number, string> {
  const named = desc.values.filter(({ number }) => number !== 0);
  return new Map(named.map(({ number, localName }) => [number, localName.toLowerCase()]));
}

/** The number of an enum's word, or undefined when it has no such word. */
export function numberOfWord(desc: DescEnum, word: string): number | undefined {
  return wordsOf(desc)
    .entries()
    .find(([, name]) => name === word)?.[0];
}
