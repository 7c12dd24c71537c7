import { isIP } from 'node:net';
import { failures } from '@shotwire/failures';
import { type AllowEntry, usualPort } from './allow-entry.ts';
import { canonicalHost, loopbackOf } from './canonical-host.ts';
import { judgeAddress } from './judge-address.ts';

/** What the door says to a URL. `reason` is a sentence for whoever sent it and names no address. */
export type UrlVerdict = { ok: true; url: URL } | { ok: false; kind: 'invalid' | 'blocked'; reason: string };

const maxCharacters = 2048;
const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };

/**
 * Checks a URL before anything is sent: its shape, its scheme (`schemes` with their colon), and, as far as that is known without
 * DNS, whether its address may be called. A name passes here; the guard judges what it resolves to when it is dialled.
 */
export function checkUrl(
  text: string,
  { schemes = ['http:', 'https:'], allow }: { schemes?: readonly string[]; allow: readonly AllowEntry[] },
): UrlVerdict {
  if (text.length > maxCharacters) return invalid(`The URL is longer than ${maxCharacters} characters.`);
  if (/\p{Cc}/u.test(text)) return invalid('The URL contains control characters.');
  if (!URL.canParse(text)) return invalid('The URL is not valid.');
  const url = new URL(text);
  if (!schemes.includes(url.protocol)) return invalid(`The URL must begin with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}.`);
  if (url.username !== '' || url.password !== '') return invalid('The URL must not contain a user name or a password.');
  const host = canonicalHost(url.hostname);
  if (!host) return invalid('The URL has no valid host.');
  const port = url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port);
  return mayPass(host, port, allow) ? { ok: true, url } : { ok: false, kind: 'blocked', reason: failures.blocked_url.says };
}

function mayPass(host: string, port: number, allow: readonly AllowEntry[]): boolean {
  const addresses = isIP(host) ? [host] : loopbackOf(host);
  if (addresses) return addresses.some((address) => judgeAddress(address, port, allow).allowed);
  return usualPort(port) || allow.some((entry) => entry.port === port);
}

function invalid(reason: string): UrlVerdict {
  return { ok: false, kind: 'invalid', reason };
}
