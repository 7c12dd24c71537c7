import { fileURLToPath } from 'node:url';

/** What ARCHIVE_URL means. */
export type ArchivePlace =
  | { kind: 'folder'; folder: string }
  | {
      kind: 's3';
      host: string;
      port: number;
      tls: boolean;
      accessKey: string;
      secretKey: string;
      bucket: string;
      region: string;
    };

/** The place that a URL names, or undefined if the URL does not say all that is needed. */
export function archivePlace(url: URL): ArchivePlace | undefined {
  if (url.protocol === 'file:') {
    return url.host === '' && url.pathname !== '/' ? { kind: 'folder', folder: fileURLToPath(url) } : undefined;
  }
  const bucket = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(url.pathname)?.[1];
  if (!bucket || !url.username || !url.password) return undefined;
  const tls = url.protocol === 'https:';
  return {
    kind: 's3',
    // A URL writes IPv6 addresses in brackets, a socket wants them without.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (tls ? 443 : 80),
    tls,
    accessKey: decodeURIComponent(url.username),
    secretKey: decodeURIComponent(url.password),
    bucket,
    region: url.searchParams.get('region') || 'us-east-1',
  };
}
