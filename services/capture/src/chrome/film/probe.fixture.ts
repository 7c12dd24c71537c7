import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ffmpeg = '/usr/bin/ffmpeg';

/** Why tests that record cannot run here; false where they can. */
export const noFfmpeg = await run(ffmpeg, ['-version']).then(
  () => false as const,
  () => 'ffmpeg is not installed: apt-get install ffmpeg',
);

/** A frame of a video: its pixels. */
export interface Frame {
  at(x: number, y: number): [red: number, green: number, blue: number];
}

/** What a video is, by ffprobe, and some of its frames. */
export async function probe(body: Buffer, moments: readonly number[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'));
  try {
    const path = join(folder, 'video');
    await writeFile(path, body);
    const asked = [
      '-v',
      'error',
      '-count_frames',
      '-show_entries',
      'stream=codec_name,width,height,nb_read_frames:format=duration,format_name',
    ];
    const { stdout } = await run('/usr/bin/ffprobe', [...asked, '-of', 'json', path]);
    const { streams, format } = JSON.parse(stdout);
    const [{ codec_name: codec, width, height, nb_read_frames: frames }] = streams;
    const decoded = await Promise.all(moments.map((moment) => frameAt(path, moment, width)));
    return { codec, width, height, frames: Number(frames), duration: Number(format.duration), container: format.format_name, decoded };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function frameAt(path: string, moment: number, width: number): Promise<Frame> {
  const picture = ['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const { stdout } = await run(ffmpeg, ['-v', 'error', '-i', path, '-ss', String(moment), ...picture], {
    encoding: 'buffer',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { at: (x, y) => [...stdout.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)] as [number, number, number] };
}

/** The ffmpegs that this process has started and that still run. */
export async function ownFfmpegs(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const own = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const path = await readlink(`/proc/${pid}/exe`).catch(() => '');
      return Number(parent) === process.pid && state !== 'Z' && path.endsWith('/ffmpeg') ? [Number(pid)] : [];
    }),
  );
  return own.flat();
}
