import { spawn } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@shotwire/failures';
import type { VideoFormat } from '../../core/formats.ts';
import { makeFolder } from '../browser/folders.ts';
import type { Encoder } from './encoder.ts';

/** A video that is being encoded. Disposing it ends ffmpeg, if it still runs, and removes its file. */
export interface Reel extends AsyncDisposable {
  /** Rejects when ffmpeg ends before its time. Never resolves. */
  readonly gone: Promise<never>;
  /** Adds a frame, a JPEG, so many times; resolves when ffmpeg has taken it. */
  write(frame: Buffer, times: number): Promise<void>;
  /** Ends the video, and gives it. Failure `video_failed` where ffmpeg did not make it. */
  finish(): Promise<Buffer>;
}

interface ReelParts {
  encoder: Encoder;
  format: VideoFormat;
  fps: number;
  width: number;
  height: number;
  /** Ends ffmpeg at once. */
  signal: AbortSignal;
}

/** Past this a video is none that is kept: ffmpeg stops writing there. At the bit rates below half a minute has a third of it. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Quick rather than small: it is encoded while it is recorded, on processors that Chrome needs. */
const codecs: Readonly<Record<VideoFormat, readonly string[]>> = {
  webm: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-crf', '12', '-b:v', '4M'],
  // The index goes to the front, so that a browser begins before it has all of it.
  mp4: ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-maxrate', '6M', '-bufsize', '12M', '-movflags', '+faststart'],
};

/** Starts an ffmpeg that takes JPEGs, in a folder of its own, without the service's environment and with no protocol of any network. */
export async function openReel({ encoder, format, fps, width, height, signal }: ReelParts): Promise<Reel> {
  const folder = await makeFolder();
  const name = `film.${format}`;
  const noNetwork = ['-protocol_whitelist', 'pipe,file'];
  const input = ['-f', 'image2pipe', '-c:v', 'mjpeg', '-framerate', String(fps), '-threads', '1', ...noNetwork, '-i', 'pipe:0'];
  // Chrome's JPEGs use the full range of each colour, videos do not.
  const picture = ['-vf', `scale=${width}:${height}:out_range=tv,format=yuv420p`, '-filter_threads', '1'];
  const output = [...codecs[format], '-threads', '1', '-fs', String(MOST_BYTES), '-f', format, '-y', `file:${name}`];
  const ffmpeg = spawn(encoder.path, ['-hide_banner', '-loglevel', 'error', ...input, ...picture, ...output], {
    cwd: folder,
    env: {},
    stdio: ['pipe', 'ignore', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const { promise: gone, reject: fail } = Promise.withResolvers<never>();
  // Nobody may be listening any more.
  gone.catch(() => undefined);
  let says = '';
  ffmpeg.stderr.setEncoding('utf8').on('data', (text: string) => {
    says = (says + text).slice(-2_000);
  });
  // A pipe that breaks is told by the end of the process.
  ffmpeg.stdin.on('error', () => undefined);
  ffmpeg.on('error', (cause) => fail(new Failure(isMissing(cause) ? 'video_unavailable' : 'video_failed', { cause })));
  const closed = new Promise<void>((resolve) => {
    ffmpeg.once('close', (code, killedBy) => {
      if (code !== 0) fail(new Failure('video_failed', { cause: new Error(`ffmpeg ended with ${killedBy ?? code}: ${says}`) }));
      resolve();
    });
  });

  return {
    gone,
    write: (frame, times) =>
      new Promise((resolve) => {
        for (let left = times; left > 1; left -= 1) ffmpeg.stdin.write(frame);
        if (times > 0) ffmpeg.stdin.write(frame, () => resolve());
        else resolve();
      }),
    async finish() {
      ffmpeg.stdin.end();
      await Promise.race([closed, gone]);
      // Both may have come at once.
      if (ffmpeg.exitCode !== 0) return gone;
      const path = join(folder, name);
      if ((await stat(path)).size >= MOST_BYTES * 0.99)
        throw new Failure('picture_too_large', { says: `The video would be larger than ${MOST_BYTES / 1024 ** 2} MiB.` });
      return readFile(path);
    },
    async [Symbol.asyncDispose]() {
      ffmpeg.kill('SIGKILL');
      await closed;
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function isMissing(cause: Error): boolean {
  return ['ENOENT', 'EACCES'].includes((cause as NodeJS.ErrnoException).code ?? '');
}
