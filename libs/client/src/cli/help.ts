import type { Flag, Flags } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { settings } from './settings.ts';

/** A command, as its help describes it. */
export interface Description {
  /** Behind `shotwire `. */
  usage: string;
  says: string;
  /** Those of its own, and those of a capture. */
  flags: Flags;
  wish?: Flags;
}

/** What `shotwire COMMAND --help` prints. */
export function helpOf({ usage, says, flags, wish = {} }: Description): string {
  const help: Flag = { type: 'boolean', short: 'h', says: 'This.' };
  const parts = [
    `shotwire ${usage}\n\n${says}`,
    sectionOf('Flags', [...flagLines({ ...flags, help })]),
    ...(Object.keys(wish).length > 0 ? [sectionOf('Options of a capture (docs/options.md); --no-NAME is false', flagLines(wish))] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What `shotwire --help` prints. */
export function overview(commands: readonly Description[]): string {
  const codes = Object.values(exitCodes).map(({ code, says }): [string, string] => [String(code), says]);
  const parts = [
    'shotwire COMMAND\n\nScreenshots of web pages, by a Shotwire server.',
    sectionOf(
      'Commands (--help after one says more)',
      commands.map(({ usage, says }): [string, string] => [usage, says.split('\n')[0] ?? '']),
    ),
    sectionOf('Environment', Object.entries(settings)),
    sectionOf('Exit codes', codes),
  ];
  return `${parts.join('\n\n')}\n`;
}

function flagLines(flags: Flags): [string, string][] {
  return Object.entries(flags).map(([name, { short, value, says }]) => [
    `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`,
    says,
  ]);
}

function sectionOf(title: string, lines: readonly [string, string][]): string {
  const width = Math.min(34, Math.max(...lines.map(([name]) => name.length)));
  return [`${title}:`, ...lines.map(([name, says]) => `  ${name.padEnd(width)}  ${says}`)].join('\n');
}
