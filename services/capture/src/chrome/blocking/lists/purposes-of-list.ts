import type { Purpose } from '../purposes.ts';

/** What lists are against, by words of their titles or file names. The first row that fits holds. */
const table: readonly (readonly [RegExp, readonly Purpose[]])[] = [
  // Addresses of other lists, for uBlock Origin's own use: no rules.
  [/bad ?lists/i, []],
  // Exceptions to all the others.
  [/unbreak/i, ['ads', 'trackers', 'cookies', 'chats']],
  [/cookie|consent|gdpr/i, ['cookies']],
  [/chat|widgets/i, ['chats']],
  [/annoyance/i, ['cookies']],
  [/privacy|tracking|trackers|spyware|telemetry|analytics/i, ['trackers']],
];

/** The purposes of a list, by its title and the name of its file. What nobody knows counts as against ads. */
export function purposesOfList({ title, file }: { title: string; file: string }): readonly Purpose[] {
  const name = `${title} ${file}`;
  return table.find(([words]) => words.test(name))?.[1] ?? ['ads'];
}
