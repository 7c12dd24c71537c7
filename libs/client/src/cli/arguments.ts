import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

/** A flag of a command: how it is written in help, and what it says there. */
export interface Flag {
  type: 'string' | 'boolean';
  short?: string;
  multiple?: boolean;
  /** What stands for its value in help. */
  value?: string;
  says: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What was given: the flags by name, and what is none. */
export interface Arguments {
  values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  positionals: readonly string[];
}

/** Reads the arguments of a command. A flag that is true or false is also written `--no-NAME`. Throws a UsageError. */
export function readArguments(args: readonly string[], flags: Flags): Arguments {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, { type, short, multiple = false }] of Object.entries(flags)) {
    options[name] = { type, multiple, ...(short !== undefined && { short }) };
    if (type === 'boolean') options[`no-${name}`] = { type };
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as Arguments;
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The text that a flag has; undefined when it was not given. */
export function textOf({ values }: Arguments, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The one argument that is no flag. Throws a UsageError when there is none, or more. */
export function onlyOne({ positionals }: Arguments, name: string): string {
  const [one, ...others] = positionals;
  if (one === undefined) throw new UsageError(`${name} is missing.`);
  if (others.length > 0) throw new UsageError(`There is one ${name}, and ${others.join(' ')} is too much.`);
  return one;
}
