import { readdir, readFile } from 'node:fs/promises';

const EXITING = 0x4;

interface Stat {
  state: string;
  group: number;
  flags: number;
}

/** A browser's processes other than renderers, by the process group that it leads; none where there is no /proc. */
export async function standingProcessesOf(group: number): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const stands = async (pid: number) => {
    if ((await statOf(pid))?.group !== group) return false;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command !== '' && !command.includes('--type=renderer');
  };
  const standing = await Promise.all(pids.map(stands));
  return pids.filter((_, at) => standing[at]);
}

/** Whether a process is there and not about to end. */
export async function lives(pid: number): Promise<boolean> {
  const stat = await statOf(pid);
  return stat !== undefined && !/[ZX]/.test(stat.state) && (stat.flags & EXITING) === 0;
}

async function statOf(pid: number): Promise<Stat | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name, in parentheses, may hold anything.
  const [state, , group, , , , flags] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === undefined ? undefined : { state, group: Number(group), flags: Number(flags) };
}
