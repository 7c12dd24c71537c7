import type { KeyObject } from 'node:crypto';
import { centerEventName } from './body/center.ts';
import { type DialectName, type ProfileName, profiles } from './profiles.ts';
import { legacySignature, type SigningSecret, sign, signInstance } from './signature.ts';

/** What is signed and sent, and by whom. */
interface Letter {
  profile: ProfileName;
  dialect: DialectName;
  webhookId: string;
  eventId: string;
  eventType: string;
  /** The number of this attempt, from 1. */
  attempt: number;
  body: Uint8Array;
  /** Unix seconds of the attempt. */
  timestamp: number;
  /** The keys that live, newest first. */
  keys: readonly SigningSecret[];
  /** The key pair of this installation. */
  instanceKey: { kid: string; privateKey: KeyObject } | undefined;
  /** Headers of the owner's own. */
  custom: Readonly<Record<string, string>>;
}

/** Headers that are not the owner's to set, and those that all begin alike. Each group says why. */
const reserved = {
  names: new Set([
    // What the message is and how it travels.
    ...['host', 'connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'transfer-encoding', 'expect', 'accept-encoding', 'http2-settings'],
    ...['date', 'via', 'max-forwards', 'user-agent'],
    // Where it comes from and by whom: a receiver may trust them.
    ...['forwarded', 'x-real-ip', 'traceparent', 'tracestate', 'baggage', 'cookie', 'cookie2', 'set-cookie'],
    // What would make something else of a POST.
    ...['x-http-method', 'x-http-method-override', 'x-method-override'],
    // What signs it.
    'x-signature',
  ]),
  beginnings: ['content-', 'proxy-', 'sec-', 'x-forwarded-', 'webhook-', 'svix-', 'x-screenshotcenter-', 'shotwire-'],
};

/** The longest value. */
const valueLength = 1024;

/** What is wrong with a header that its owner wants to be sent, as a sentence without its subject. */
export function headerProblem(name: string, value: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return 'must have a name of letters, digits and hyphens';
  // CGI and its heirs read webhook_id as webhook-id, and PHP makes the same of a dot.
  const read = name.toLowerCase().replace(/[^a-z0-9]/g, '-');
  if (reserved.names.has(read) || reserved.beginnings.some((beginning) => read.startsWith(beginning)))
    return 'must not be a header that is set by us';
  if (value.length > valueLength) return `must be a text of at most ${valueLength} characters`;
  return /^([!-~]([ -~]*[!-~])?)?$/.test(value) ? undefined : 'must be printable ASCII, without a space at either end';
}

/** The headers of one attempt. Ours cannot be replaced: an owner's header that has a problem is left out. */
export function requestHeaders(letter: Letter): Record<string, string> {
  const { webhookId: id, eventId, attempt, body, timestamp, keys, instanceKey, custom } = letter;
  const message = { id, timestamp, body };
  const signatures = [
    ...keys.map((secret) => sign({ ...message, secret })),
    ...(instanceKey ? [signInstance({ ...message, privateKey: instanceKey.privateKey })] : []),
  ];
  return {
    ...Object.fromEntries(Object.entries(custom).filter(([name, value]) => headerProblem(name, value) === undefined)),
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Shotwire/1',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
    'shotwire-event-id': eventId,
    'shotwire-attempt': String(attempt),
    ...(instanceKey && { 'shotwire-key-id': instanceKey.kid }),
    ...(profiles[letter.profile].legacyHeaders && legacyHeaders(letter)),
  };
}

/** In the case that their model writes them, for receivers that do not know that it has no meaning. */
function legacyHeaders({ dialect, eventType, body, keys }: Letter): Record<string, string> {
  // The oldest: a receiver that knows one key knows this one until its time is over.
  const oldest = keys.at(-1);
  const signature = oldest && legacySignature(body, oldest);
  return {
    ...(signature && { 'X-Signature': signature, 'X-ScreenshotCenter-Signature': signature }),
    'X-ScreenshotCenter-Event': centerEventName(eventType, dialect),
  };
}
