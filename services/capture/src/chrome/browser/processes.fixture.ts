import { readdir, readFile } from 'node:fs/promises';

/** What a process of a browser is for. */
export type Part = 'main' | 'renderer' | 'gpu-process' | 'network' | 'zygote' | 'other';

/** A process of a browser. */
export interface PartProcess {
  pid: number;
  part: Part;
}

/** All processes of a browser, by the process group that it leads; those that have ended and are not yet reaped are left out. */
export async function partsOf(group: number): Promise<PartProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(ofGroup) !== group || state === 'Z') return [];
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return [{ pid, part: pid === group ? ('main' as const) : partOf(command) }];
    }),
  );
  return all.flat();
}

function partOf(command: string): Part {
  if (command.includes('NetworkService')) return 'network';
  const type = /--type=([\w-]+)/.exec(command)?.[1];
  return (['renderer', 'gpu-process', 'zygote'] as const).find((part) => part === type) ?? 'other';
}
