import { glob, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FiltersEngine, Request } from '@ghostery/adblocker';
import type { Logger } from '@shotwire/telemetry';
import type { HostFilter } from '../room/room.ts';
import { consentHosts } from './consent-hosts.ts';

/** Which hosts a capture refuses. */
export interface BlockList {
  /** The filter for a capture of `url`. The page's own host is never refused. */
  filterFor(url: string, wanted: { ads: boolean; consent: boolean }): HostFilter;
}

/**
 * Reads filter lists in EasyList syntax from a folder and its subfolders. Hosts are judged, not paths: the proxy that refuses sees
 * no more of an https request. Without lists block_ads refuses nothing, which is logged.
 */
export async function readBlockList({ folder, log }: { folder: string; log: Logger }): Promise<BlockList> {
  const files = await Array.fromAsync(glob('**/*.txt', { cwd: folder }));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const engine = FiltersEngine.parse(texts.join('\n'), { loadCosmeticFilters: false });
  if (files.length === 0) log.warn({ folder }, 'no filter lists were found: block_ads will refuse nothing');
  else log.info({ folder, files: files.length, newest: await newestOf(folder, files) }, 'filter lists are read');

  return {
    filterFor(url, { ads, consent }) {
      const pageHost = new URL(url).hostname;
      return (host) => {
        if (host === pageHost) return undefined;
        if (consent && consentHosts.some((known) => host === known || host.endsWith(`.${known}`))) return 'consent';
        // `script` is what lists are written against most; what they say of a whole host holds for every type.
        const request = Request.fromRawDetails({ url: `https://${host}/`, sourceUrl: url, type: 'script' });
        return ads && engine.match(request).match ? 'ads' : undefined;
      };
    },
  };
}

async function newestOf(folder: string, files: readonly string[]): Promise<string> {
  const times = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).mtimeMs));
  return new Date(Math.max(...times)).toISOString();
}
