import type { Draft, Place } from './options/option.ts';
import { options } from './options/table.ts';
import type { Parameters } from './parameters.ts';

/** What a request asks for, in ours. */
export interface Translated {
  /** A wish in the names of the native API, not judged yet. */
  wish: Draft;
  /** What is wrong, by their names. */
  problems: Readonly<Record<string, readonly string[]>>;
}

/** Where what ours cannot tell again is kept with a screenshot. */
export const KEPT = 'screenshotcenter';

/** What a batch has beside the options of its rows, and the like. */
export type Aside = readonly string[];

/** Their parameters as a wish of ours. `aside` are those that are not about the wish. */
export function translateWish(parameters: Parameters, place: Place, aside: Aside = []): Translated {
  const wish: Draft = {};
  const problems = new Map<string, string[]>();
  const kept: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const isSent = Object.hasOwn(parameters, name);
    const sent = isSent ? parameters[name] : option.fallback;
    if (sent === undefined) continue;
    const read = option.take(sent, wish, place);
    if ('problem' in read) problems.set(name, [read.problem]);
    else if (option.kept && isSent) kept[name] = read.value;
  }
  for (const name of Object.keys(parameters)) {
    if (!Object.hasOwn(options, name) && !aside.includes(name)) problems.set(name.slice(0, 100), ['is unknown']);
  }
  finish(wish);
  if (Object.keys(kept).length > 0) wish.metadata = { [KEPT]: JSON.stringify(kept) };
  return { wish, problems: Object.fromEntries(problems) };
}

/** What hangs together. */
function finish(wish: Draft): void {
  // A device has a viewport of its own.
  if (wish.device === undefined) {
    wish.width ??= 1024;
    wish.height ??= 1280;
  }
  if (wish.image_width !== undefined && wish.image_height !== undefined) wish.fit = 'contain';
  // Theirs takes what is said of a PDF or a video where there is none.
  if (!wish.also?.includes('pdf')) delete wish.pdf;
  if (!wish.also?.some((format) => format === 'webm' || format === 'mp4')) delete wish.video;
}
