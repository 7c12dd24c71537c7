import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { save } from '../save.ts';

/** A batch that was asked for and not seen to its end. */
export interface Begun {
  /** The same key with the same rows is the same batch. */
  idempotencyKey: string;
  beganMs: number;
  /** The server that it was asked of. */
  baseUrl: string;
  urls: readonly string[];
  options: Readonly<Record<string, unknown>>;
}

/** The server knows a key for 24 hours. */
const knownMs = 23 * 3_600_000;

const pathIn = (dir: string) => join(dir, '.shotwire-batch.json');

/** What was begun in a folder by the same options on the same server and may go on. */
export async function readBegun(dir: string, { baseUrl, options }: Pick<Begun, 'baseUrl' | 'options'>): Promise<Begun | undefined> {
  const text = await readFile(pathIn(dir), 'utf8').catch(() => '');
  const begun = begunIn(text);
  const isSame = begun && begun.baseUrl === baseUrl && JSON.stringify(begun.options) === JSON.stringify(options);
  return isSame && Date.now() - begun.beganMs < knownMs ? begun : undefined;
}

/** Writes it down before it is asked for, so that it is found whatever happens then. */
export function keepBegun(dir: string, begun: Begun): Promise<void> {
  return save(pathIn(dir), Buffer.from(JSON.stringify(begun)));
}

export function forgetBegun(dir: string): Promise<void> {
  return rm(pathIn(dir), { force: true });
}

function begunIn(text: string): Begun | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
