import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import type { VideoFormat } from '../../core/formats.ts';
import { type ExactOptions, filmMs } from '../../core/options.ts';
import { openWorld } from '../picture/world.ts';
import type { Shot } from '../steps/shot.ts';
import { openReel } from './reel.ts';
import { openScreencast } from './screencast.ts';
import { scrollAlong } from './scroll-along.ts';

/** Pixels of a side at most: what is larger is more than a processor encodes as it comes. */
const LONGEST_SIDE = 1920;

/** Records the page as it is now. What was made of it is told in `shot.film`. */
export async function film(shot: Shot, format: VideoFormat): Promise<Buffer> {
  const { room, options, encoder } = shot;
  if (!options.video) throw new Error('exact options that want a video say how');
  if (!encoder.formats.has(format)) throw new Failure('video_unavailable');
  const { fps = 25, scroll = false, scrollBack: back = false } = options.video;
  const { session } = room;
  const ms = filmMs(options);
  const total = Math.round((ms / 1000) * fps);
  const size = sizeOf(options);

  // A capture that is given up does not wait for its steps.
  const ending = new AbortController();
  shot.onEnd(() => ending.abort(new Failure('cancelled')));
  const { signal } = ending;
  await using reel = await openReel({ encoder, format, fps, ...size, signal });
  using screencast = await Promise.race([openScreencast({ session, reel, fps, total, signal, ...size }), reel.gone]);
  const over = new AbortController();
  try {
    if (scroll) void scrolled({ session, ms, back, fps, signal: over.signal });
    await Promise.race([sleep(ms, undefined, { signal }), reel.gone]);
  } finally {
    over.abort();
  }
  await Promise.race([screencast.finish(total), reel.gone]);
  const body = await reel.finish();
  shot.film = { format, ...size, fps, duration: total / fps, frames: screencast.frames };
  return body;
}

interface ScrollParts {
  session: CDPSession;
  ms: number;
  back: boolean;
  fps: number;
  signal: AbortSignal;
}

/** Scrolls the page. One that cannot be scrolled is recorded as it stands. */
async function scrolled({ session, signal, ...way }: ScrollParts): Promise<void> {
  try {
    await scrollAlong({ world: await openWorld({ session, signal }), signal, ...way });
  } catch {
    // The page went away, which its room tells, or the recording is over.
  }
}

/** That of the viewport, in even numbers: H.264 has no others. */
export function sizeOf({ width, height }: Pick<ExactOptions, 'width' | 'height'>): { width: number; height: number } {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const even = (side: number) => Math.max(2, Math.floor((side * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}
