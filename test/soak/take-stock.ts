import { readdir, readFile } from 'node:fs/promises';

/** What a service holds at one moment. */
export interface Stock {
  /** Resident memory of its own process, in MB. */
  rssMb: number;
  /** Processes below it: Chrome's. */
  processes: number;
  /** Memory that those hold for themselves, in MB. */
  chromeMb: number;
  /** File descriptors of its own process. */
  descriptors: number;
  /** Browser contexts, by Chrome's own count; undefined while a browser hangs or is being replaced. */
  contexts: number | undefined;
  /** Profile folders in the temporary folder. */
  folders: number;
}

const MB = 1_000_000;
const PAGE_BYTES = 4_096;

/** Takes stock of the capture service and what runs below it. */
export async function takeStock({ pid, observatoryUrl }: { pid: number; observatoryUrl: string }): Promise<Stock> {
  const family = await descendantsOf(pid);
  const own = await Promise.all(family.map(ownBytesOf));
  const folders = (await readdir(await temporaryFolderOf(pid))).filter((name) => name.startsWith('shotwire-chrome-'));
  return {
    rssMb: (await residentBytesOf(pid)) / MB,
    processes: family.length,
    chromeMb: own.reduce((sum, bytes) => sum + bytes, 0) / MB,
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
    contexts: await contextsOf(observatoryUrl),
    folders: folders.length,
  };
}

async function contextsOf(observatoryUrl: string): Promise<number | undefined> {
  const metrics = await (await fetch(`${observatoryUrl}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
  const told = /^capture_contexts\b.* (\d+)$/m.exec(metrics)?.[1];
  return told === undefined ? undefined : Number(told);
}

async function temporaryFolderOf(pid: number): Promise<string> {
  const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
  return environment.find((entry) => entry.startsWith('TMPDIR='))?.slice('TMPDIR='.length) ?? '/tmp';
}

async function descendantsOf(pid: number): Promise<number[]> {
  const found: number[] = [];
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const child of children.split(' ').filter(Boolean).map(Number)) found.push(child, ...(await descendantsOf(child)));
  return found;
}

async function statmOf(pid: number): Promise<number[]> {
  return (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ').map(Number);
}

async function residentBytesOf(pid: number): Promise<number> {
  return ((await statmOf(pid))[1] ?? 0) * PAGE_BYTES;
}

async function ownBytesOf(pid: number): Promise<number> {
  const [, resident = 0, shared = 0] = await statmOf(pid);
  return (resident - shared) * PAGE_BYTES;
}
