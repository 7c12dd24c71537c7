import { readdir, readFile } from 'node:fs/promises';

const PAGE_BYTES = 4096;

/** Memory that a process and its descendants hold for themselves, in MiB. What they share is not counted. 0 where there is no /proc. */
export async function memoryMbOf(pid: number): Promise<number> {
  const children = new Map<number, number[]>();
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  await Promise.all(
    pids.map(async (child) => {
      const parent = await parentOf(child);
      if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), child]);
    }),
  );
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  const pages = await Promise.all(family.map(ownPagesOf));
  return (pages.reduce((sum, own) => sum + own, 0) * PAGE_BYTES) / 1024 / 1024;
}

async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name, in parentheses, may hold anything; state and parent follow it.
  const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

async function ownPagesOf(pid: number): Promise<number> {
  const [, resident = 0, shared = 0] = (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ').map(Number);
  return resident - shared;
}
