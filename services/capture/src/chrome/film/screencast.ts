import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CDPSession, Protocol } from 'puppeteer';
import type { Reel } from './reel.ts';

/** A page that is being recorded. Disposing it ends that. */
export interface Screencast extends Disposable {
  /** Pictures that Chrome gave: it gives one when something has changed. */
  readonly frames: number;
  /** Has the last picture stand until the video is so many frames long. */
  finish(total: number): Promise<void>;
}

interface ScreencastParts {
  session: CDPSession;
  reel: Pick<Reel, 'write'>;
  width: number;
  height: number;
  fps: number;
  /** Frames that the video has at most. */
  total: number;
  signal: AbortSignal;
}

/** A page gives a first picture at once, and one that changes nothing none after it. */
const FIRST_MS = 5_000;
const QUALITY = 90;

/** Begins to record; resolves with the first picture. Failure `browser_lost` when none comes. */
export async function openScreencast({ session, reel, width, height, fps, total, signal }: ScreencastParts): Promise<Screencast> {
  const first = Promise.withResolvers<void>();
  let latest: Buffer | undefined;
  let begin = 0;
  let frames = 0;
  let written = 0;

  /** Has the picture before this one stand for as long as it was there. */
  const take = ({ data, metadata, sessionId }: Protocol.Page.ScreencastFrameEvent) => {
    const at = metadata.timestamp ?? Date.now() / 1000;
    if (!latest) begin = at;
    const due = Math.min(total, Math.max(written, Math.round((at - begin) * fps)));
    const taken = latest ? reel.write(latest, due - written) : Promise.resolve();
    written = due;
    latest = Buffer.from(data, 'base64');
    frames += 1;
    first.resolve();
    // No more than a few pictures come before an answer: where ffmpeg is slow Chrome gives fewer, and nothing piles up.
    void taken.then(() => session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined));
  };
  const stop = () => {
    session.off('Page.screencastFrame', take);
    session.send('Page.stopScreencast').catch(() => undefined);
  };

  session.on('Page.screencastFrame', take);
  const late = () => first.reject(new Failure('browser_lost', { cause: new Error('no picture to startScreencast') }));
  const timer = setTimeout(late, FIRST_MS);
  try {
    // All of them: of every second one the last, which stays, might be left out.
    const wanted = { format: 'jpeg', quality: QUALITY, maxWidth: width, maxHeight: height, everyNthFrame: 1 } as const;
    await orAborted(Promise.all([session.send('Page.startScreencast', wanted), first.promise]), signal);
  } catch (thrown) {
    stop();
    throw thrown;
  } finally {
    clearTimeout(timer);
  }

  return {
    get frames() {
      return frames;
    },
    async finish(length) {
      stop();
      if (latest) await reel.write(latest, length - written);
    },
    [Symbol.dispose]: stop,
  };
}
