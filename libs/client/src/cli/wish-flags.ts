import { wishOptions } from '../gen/options.ts';
import type { Arguments, Flag, Flags } from './arguments.ts';
import { UsageError } from './usage-error.ts';

type Option = (typeof wishOptions)[number];

/** `--full-page` of `full_page`. */
export const flagOf = (name: string): string => name.replaceAll('_', '-');

/** Every option of the API as a flag, but for those named. */
export function wishFlags(without: readonly string[]): Flags {
  const kept = wishOptions.filter(({ name }) => !without.includes(name));
  return Object.fromEntries(kept.map((option) => [flagOf(option.name), flagFor(option)]));
}

function flagFor({ types, items, says }: Option): Flag {
  if (types.includes('boolean')) return { type: 'boolean', says };
  const value = types.includes('array') ? (items === 'object' ? 'JSON' : 'TEXT …') : types.includes('object') ? 'JSON' : undefined;
  const plain = types.includes('string') ? 'TEXT' : 'N';
  return { type: 'string', multiple: types.includes('array'), value: value ?? plain, says };
}

/** The options that the flags say. What is wrong with their values the server knows better. Throws a UsageError on what cannot be sent. */
export function wishFrom({ values }: Pick<Arguments, 'values'>): Record<string, unknown> {
  const wish: Record<string, unknown> = {};
  for (const option of wishOptions) {
    const flag = flagOf(option.name);
    const value = values[flag];
    if (value !== undefined) wish[option.name] = typeof value === 'boolean' ? value : sentOf(option, value);
    if (values[`no-${flag}`]) wish[option.name] = false;
  }
  return wish;
}

function sentOf({ name, types, items }: Option, value: string | readonly string[]): unknown {
  if (typeof value !== 'string') {
    const [first = ''] = value;
    if (types.includes('object') && first.startsWith('{')) return jsonOf(name, first);
    return items === 'object' ? value.flatMap((text) => jsonOf(name, text)) : value;
  }
  if (types.includes('object')) return jsonOf(name, value);
  if (!types.includes('number') && !types.includes('integer')) return value;
  if (value.trim() === '' || !Number.isFinite(Number(value))) throw new UsageError(`--${flagOf(name)} has to be a number.`);
  return Number(value);
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--${flagOf(name)} has to be JSON, such as '{"name": "value"}'.`);
  }
}
