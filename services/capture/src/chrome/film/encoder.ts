import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { VideoFormat } from '../../core/formats.ts';

/** What encodes videos here. */
export interface Encoder {
  /** The ffmpeg, the program itself. */
  readonly path: string;
  /** What it can make; nothing where it is not there. */
  readonly formats: ReadonlySet<VideoFormat>;
}

const START_MS = 10_000;

/** The encoder that a format needs, as `ffmpeg -encoders` names it. */
const encoders: readonly (readonly [VideoFormat, RegExp])[] = [
  ['webm', /^ V\S* libvpx /m],
  ['mp4', /^ V\S* libx264 /m],
];

/** Asks an ffmpeg what it can make. One that is not there, or says nothing, makes nothing. */
export async function findEncoder(path: string): Promise<Encoder> {
  const asking = promisify(execFile)(path, ['-hide_banner', '-encoders'], { env: {}, timeout: START_MS, killSignal: 'SIGKILL' });
  const list = await asking.then(
    ({ stdout }) => stdout,
    () => '',
  );
  return { path, formats: new Set(encoders.filter(([, named]) => named.test(list)).map(([format]) => format)) };
}
