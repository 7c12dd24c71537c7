import { readFile } from 'node:fs/promises';
import type { House } from './house.ts';
import { inParallel } from './in-parallel.ts';
import type { BenchSite } from './site.ts';

/** Resident memory of the services after the requests, in bytes. */
export interface Memory {
  readonly gateway: number;
  readonly notifier: number;
}

interface MemoryParts {
  house: House;
  site: BenchSite;
  requests: number;
  signal: AbortSignal;
}

const WIDTH = 8;

/** Sends requests, a tenth of them new screenshots with a webhook, the others reads and lists; waits for all webhooks. */
export async function measureMemory({ house, site, requests, signal }: MemoryParts): Promise<Memory> {
  const captures: Promise<void>[] = [];
  let known = (await captured(house, site)).id;
  const create = () => {
    const capture = captured(house, site).then(({ id }) => {
      known = id;
    });
    // Looked at below, when all requests have been sent.
    capture.catch(() => undefined);
    captures.push(capture);
  };
  const turns = Array.from({ length: requests - 1 }, (_, turn) => turn);
  const work = async (turn: number) => {
    if (turn % 10 === 0) create();
    else await house.get(turn % 2 === 0 ? `/api/v1/screenshots/${known}` : '/api/v1/screenshots?limit=20');
  };
  await inParallel(turns, { width: WIDTH, signal, work });
  await Promise.all(captures);
  return { gateway: await residentBytes(house.services.gateway.pid), notifier: await residentBytes(house.services.notifier.pid) };
}

async function captured(house: House, site: BenchSite) {
  const finished = await house.capture({ url: site.trivialUrl() });
  if (finished.problem) throw new Error(`A trivial page was not captured: ${finished.problem}`);
  return finished;
}

async function residentBytes(pid: number): Promise<number> {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (!kibibytes) throw new Error(`/proc/${pid}/status names no VmRSS.`);
  return Number(kibibytes) * 1024;
}
