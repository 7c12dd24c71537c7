import type { Common } from '../../batch/batch.ts';
import { newKey } from '../../http/new-key.ts';
import type { Shotwire } from '../../shotwire.ts';
import { onlyOne, readArguments, textOf } from '../arguments.ts';
import { exitCodes } from '../exit-codes.ts';
import { endingOf } from '../formats.ts';
import type { Description } from '../help.ts';
import { baseUrlIn, shotwireFrom } from '../settings.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { wishFlags, wishFrom } from '../wish-flags.ts';
import { type Begun, forgetBegun, keepBegun, readBegun } from './begun.ts';
import { collect } from './collect.ts';
import { type Folder, openFolder } from './folder.ts';
import { readRows } from './read-rows.ts';
import { type Counts, type Show, showOn } from './show.ts';

export const batchDescription = {
  usage: 'batch FILE --out DIR [options]',
  says: `Captures the URLs of a file, one a line, into a folder.
FILE may be - for the standard input. What is in DIR already is not captured again, whatever the options:
the same command goes on where it was left, and tries again what failed.`,
  flags: { out: { type: 'string', value: 'DIR', says: 'Where the pictures go.' } },
  wish: wishFlags(['url', 'html', 'markdown']),
} as const satisfies Description;

/** Rows that a batch may have. */
const mostRows = 10_000;

/** `shotwire batch`. */
export async function batch(args: readonly string[], terminal: Terminal): Promise<number> {
  const given = readArguments(args, { ...batchDescription.flags, ...batchDescription.wish });
  const file = onlyOne(given, 'FILE');
  const dir = textOf(given, 'out');
  if (dir === undefined) throw new UsageError('--out DIR is missing: where the pictures go.');
  const shotwire = shotwireFrom(terminal.env);
  const asked = { baseUrl: baseUrlIn(terminal.env), options: wishFrom(given) };
  const urls = await readRows(file, terminal.stdin);
  const folder = await openFolder(dir, endingOf(String(asked.options.format ?? 'png')));

  let missing = urls.filter((url) => !folder.has(url));
  const counts = { total: urls.length, saved: urls.length - missing.length, failed: 0 };
  if (counts.saved > 0) terminal.stderr.write(`${counts.saved} of ${counts.total} are in ${dir} already.\n`);
  const show = showOn(terminal);
  try {
    while (missing.length > 0) {
      const begun = await begin(missing, folder, asked);
      await seeThrough(begun, { shotwire, folder, counts, show, signal: terminal.signal });
      const seen = new Set(begun.urls);
      missing = missing.filter((url) => !seen.has(url));
    }
  } catch (thrown) {
    show.end();
    if (terminal.signal.aborted)
      terminal.stderr.write('What was asked for is captured all the same; the same command goes on from there.\n');
    throw thrown;
  }
  show.end();
  terminal.stderr.write(`${counts.saved} of ${counts.total} are in ${dir}${counts.failed > 0 ? `, ${counts.failed} failed` : ''}.\n`);
  return counts.failed > 0 ? exitCodes.failed.code : exitCodes.done.code;
}

/** What was begun before and has something that is missing; else a new beginning, that is written down. */
async function begin(missing: readonly string[], folder: Folder, asked: Pick<Begun, 'baseUrl' | 'options'>): Promise<Begun> {
  const before = await readBegun(folder.path, asked);
  const wanted = new Set(missing);
  if (before?.urls.some((url) => wanted.has(url))) return before;
  const begun = { ...asked, idempotencyKey: newKey(), beganMs: Date.now(), urls: missing.slice(0, mostRows) };
  await keepBegun(folder.path, begun);
  return begun;
}

interface Seeing {
  shotwire: Shotwire;
  folder: Folder;
  counts: Counts;
  show: Show;
  signal: AbortSignal;
}

/** Follows a batch to its end. */
async function seeThrough({ urls, options, idempotencyKey }: Begun, { shotwire, folder, counts, show, signal }: Seeing): Promise<void> {
  const batch = await shotwire.batch(urls, options as Common, { idempotencyKey, signal });
  show.counts(counts);
  await collect(batch, {
    urls,
    folder,
    signal,
    onSaved(url, path) {
      counts.saved++;
      show.saved(path, url);
      show.counts(counts);
    },
    onFailed(url, why) {
      counts.failed++;
      show.failed(url, why);
      show.counts(counts);
    },
  });
  await forgetBegun(folder.path);
}
