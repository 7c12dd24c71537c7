import { clone, type DescField, type DescMessage, isFieldSet, type MessageShape, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import type { Rules } from './gen/shotwire/rules/v1/rules_pb.ts';
import { numberOfWord, patternOf, rulesOf, wordsOf } from './rules.ts';

/** What is wrong with a message: sentences by the path of the field, such as `cookies[0].name`. */
export type RuleProblems = Record<string, string[]>;

/** A copy of a message with every default filled in, and what the rules beside its fields have against it. */
export function withRules<Desc extends DescMessage>(
  desc: Desc,
  given: MessageShape<Desc>,
): { message: MessageShape<Desc>; problems: RuleProblems } {
  const message = clone(desc, given);
  const problems: RuleProblems = {};
  apply(reflect(desc, message), '', problems);
  return { message, problems };
}

function apply(message: ReflectMessage, path: string, problems: RuleProblems): void {
  for (const field of message.desc.fields) {
    const rules = rulesOf(field);
    const at = path + field.name;
    if (!isFieldSet(message.message, field) && !isPlainNumber(field)) {
      if (rules?.required) problems[at] = ['is required'];
      else if (rules?.defaultJson) message.set(field, defaultOf(field, rules));
      continue;
    }
    const note = (sentence: string | undefined, where = at) => {
      if (sentence) problems[where] = [sentence];
    };
    if (field.fieldKind === 'message') apply(message.get(field), `${at}.`, problems);
    else if (field.fieldKind === 'list') {
      const list = [...message.get(field)];
      note(tooMany(list.length, rules));
      for (const [index, each] of list.entries()) {
        const here = `${at}[${index}]`;
        if (field.listKind === 'message') apply(each as ReflectMessage, `${here}.`, problems);
        else note(problemOf(field, each, rules), here);
      }
    } else if (field.fieldKind === 'map') {
      const entries = [...message.get(field)];
      note(tooMany(entries.length, rules));
      for (const [key, value] of entries)
        note(problemOf(field, value, rules) ?? problemOf(field, key, rules), `${at}.${String(key).slice(0, 100)}`);
    } else note(problemOf(field, message.get(field), rules));
  }
}

/** A number without presence is set although it is 0. */
function isPlainNumber(field: DescField): boolean {
  return field.fieldKind === 'scalar' && field.scalar !== ScalarType.STRING && field.presence === FeatureSet_FieldPresence.IMPLICIT;
}

function defaultOf(field: DescField, rules: Rules): unknown {
  const value: unknown = JSON.parse(rules.defaultJson);
  return field.fieldKind === 'enum' ? numberOfWord(field.enum, String(value)) : value;
}

function tooMany(count: number, rules: Rules | undefined): string | undefined {
  return rules?.maxItems !== undefined && count > rules.maxItems ? `must have at most ${rules.maxItems} entries` : undefined;
}

function problemOf(field: DescField, value: unknown, rules: Rules | undefined): string | undefined {
  if (field.enum) {
    const words = wordsOf(field.enum);
    return words.has(value as number) ? undefined : `must be one of ${[...words.values()].join(', ')}`;
  }
  if (typeof value === 'number' && rules?.min !== undefined && rules.max !== undefined) {
    return value >= rules.min && value <= rules.max ? undefined : `must be from ${rules.min} to ${rules.max}`;
  }
  if (typeof value !== 'string') return undefined;
  if (rules?.maxLength !== undefined && value.length > rules.maxLength) return `must be a text of at most ${rules.maxLength} characters`;
  const pattern = patternOf(rules);
  return pattern && !new RegExp(pattern, 'u').test(value) ? rules?.patternSays : undefined;
}
