import type { Finished } from '../finished.ts';
import type { ScreenshotRequest } from '../gen/api.ts';
import { onlyOne, readArguments, textOf } from './arguments.ts';
import { formatOf } from './formats.ts';
import type { Description } from './help.ts';
import { save } from './save.ts';
import { shotwireFrom } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { wishFlags, wishFrom } from './wish-flags.ts';

export const shotDescription = {
  usage: 'shot URL -o FILE [options]',
  says: 'Captures a page into a file.\nThe ending of FILE is the format unless --format says another. With --html or --markdown there is no URL.',
  flags: { output: { type: 'string', short: 'o', value: 'FILE', says: 'Where it goes; - is the standard output.' } },
  wish: wishFlags(['url']),
} as const satisfies Description;

/** `shotwire shot`. */
export async function shot(args: readonly string[], { env, stdout, stderr, signal }: Terminal): Promise<number> {
  const given = readArguments(args, { ...shotDescription.flags, ...shotDescription.wish });
  const output = textOf(given, 'output');
  if (output === undefined) throw new UsageError('-o FILE is missing: where the picture goes.');
  const wish = wishFrom(given);
  const hasPage = wish.html !== undefined || wish.markdown !== undefined;
  if (!hasPage || given.positionals.length > 0) wish.url = onlyOne(given, 'URL');
  wish.format ??= formatOf(output);

  const screenshot = await shotwireFrom(env).capture(wish as ScreenshotRequest, { signal });
  const bytes = await screenshot.image({ signal });
  if (output === '-') stdout.write(bytes);
  else await save(output, bytes);
  stderr.write(`${output === '-' ? screenshot.id : output}: ${sightOf(screenshot, bytes)}\n`);
  return 0;
}

/** `1280×800, 23.4 kB, 1.2 s`. */
function sightOf({ width, height, processing_time_ms: ms }: Finished, { length }: Uint8Array): string {
  const size = width && height ? [`${width}×${height}`] : [];
  return [...size, `${(length / 1000).toFixed(1)} kB`, ...(ms === undefined ? [] : [`${(ms / 1000).toFixed(1)} s`])].join(', ');
}
