import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** An answer that stands in for what was refused. */
export interface Neutered {
  readonly contentType: string;
  readonly body: Buffer;
}

const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

/** The empty ones, which need nothing installed. */
const empties: Readonly<Record<string, Neutered>> = {
  'noop.js': { contentType: 'text/javascript', body: Buffer.from('(() => {})();') },
  'noop.css': { contentType: 'text/css', body: Buffer.alloc(0) },
  'noop.html': { contentType: 'text/html', body: Buffer.from('<!doctype html><title></title>') },
  'noop.json': { contentType: 'application/json', body: Buffer.from('{}') },
  'noop.txt': { contentType: 'text/plain', body: Buffer.alloc(0) },
  '1x1.gif': { contentType: 'image/gif', body: Buffer.from(gif, 'base64') },
  empty: { contentType: 'text/plain', body: Buffer.alloc(0) },
};

/** Other names that rules know them by. */
const aliases: Readonly<Record<string, string>> = {
  noopjs: 'noop.js',
  noopcss: 'noop.css',
  noopframe: 'noop.html',
  noopjson: 'noop.json',
  nooptext: 'noop.txt',
  '1x1-transparent.gif': '1x1.gif',
  '2x2-transparent.png': '2x2.png',
  'noopmp3-0.1s': 'noop-0.1s.mp3',
  'noopmp4-1s': 'noop-1s.mp4',
  'google-analytics.com/analytics.js': 'google-analytics_analytics.js',
  'google-analytics.com/ga.js': 'google-analytics_ga.js',
  'googletagmanager.com/gtm.js': 'googletagmanager_gtm.js',
  'googletagservices.com/gpt.js': 'googletagservices_gpt.js',
  'googlesyndication.com/adsbygoogle.js': 'googlesyndication_adsbygoogle.js',
  'scorecardresearch.com/beacon.js': 'scorecardresearch_beacon.js',
};

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.gif': 'image/gif',
  '.png': 'image/png',
  '.mp3': 'audio/mp3',
  '.mp4': 'video/mp4',
  '.xml': 'text/xml',
};

/**
 * Stand-ins by the names that redirecting rules use: the empty ones, and those that uBlock Origin installs beside its lists, which
 * offer a page the functions that it calls. Undefined for a name that nobody knows.
 */
export async function readNeutered(listFolder: string): Promise<(name: string) => Neutered | undefined> {
  const folder = join(listFolder, '../web_accessible_resources');
  const known = new Map(Object.entries(empties));
  for (const name of await readdir(folder).catch(() => [])) {
    const contentType = contentTypes[extname(name)];
    if (contentType) known.set(name, { contentType, body: await readFile(join(folder, name)) });
  }
  return (name) => {
    // A rule may carry a priority: name:10.
    const bare = name.replace(/:\d+$/, '');
    return known.get(aliases[bare] ?? bare);
  };
}
