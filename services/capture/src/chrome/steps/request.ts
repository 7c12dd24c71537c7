import { Method } from '@shotwire/contract';
import type { Protocol } from 'puppeteer';
import type { ExactOptions } from '../../core/options.ts';
import type { Decision, Interceptor } from '../intercept/interceptor.ts';
import type { Shot } from './shot.ts';

const methods: Readonly<Record<number, string>> = { [Method.POST]: 'POST', [Method.PUT]: 'PUT', [Method.PATCH]: 'PATCH' };

/** Prepares what the options say of the page's requests. */
export async function request({ url, options, interceptors }: Shot): Promise<void> {
  const { headers, method, basicAuth } = options;
  if (Object.keys(headers).length > 0 || methods[method] || basicAuth) interceptors.push(ownRequests(url, options));
}

/**
 * Adds the client's headers and credentials to requests to the page's own origin, made by a page of that origin. They are secrets:
 * neither third parties nor a page that was redirected to get them. Method and body are those of the very first request.
 */
function ownRequests(url: string, options: Pick<ExactOptions, 'headers' | 'method' | 'body' | 'basicAuth'>): Interceptor {
  const { headers, basicAuth } = options;
  const { origin } = new URL(url);
  /** Chains of redirects that have been elsewhere. */
  const astray = new Set<string>();
  const answered = new Set<string>();
  let mainFrame: string | undefined;
  let isAtHome = false;
  let isFirst = true;

  const onRequest = (paused: Protocol.Fetch.RequestPausedEvent): Decision => {
    const { frameId, resourceType, networkId = '' } = paused;
    mainFrame ??= frameId;
    const isOwn = new URL(paused.request.url).origin === origin;
    if (!isOwn) astray.add(networkId);
    // Documents of all origins come by here, so this is known before anything that the next document asks for.
    if (frameId === mainFrame && resourceType === 'Document') isAtHome = isOwn && !astray.has(networkId);
    if (!isOwn || !isAtHome || astray.has(networkId)) return 'pass';
    const opening = isFirst ? openingOf(options) : {};
    isFirst = false;
    return { change: { ...opening, headers: merged(paused.request.headers, 'postData' in opening ? FORM : {}, headers) } };
  };

  return {
    patterns: [{ urlPattern: `${origin}/*` }, { resourceType: 'Document' }],
    onRequest,
    ...(basicAuth && {
      onAuth({ requestId, request: { url: asking }, authChallenge: { source } }) {
        // A server that asks again did not take them.
        if (source !== 'Server' || new URL(asking).origin !== origin || !isAtHome || answered.has(requestId)) return undefined;
        answered.add(requestId);
        return { response: 'ProvideCredentials', username: basicAuth.username, password: basicAuth.password };
      },
    }),
  };
}

function openingOf({ method, body }: Pick<ExactOptions, 'method' | 'body'>) {
  const name = methods[method];
  return name ? { method: name, ...(body !== '' && { postData: Buffer.from(body).toString('base64') }) } : {};
}

/** A body without a type is what a form sends. */
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** Names of headers are equal whatever their case; the later wins. */
function merged(...sets: readonly Readonly<Record<string, string>>[]): Protocol.Fetch.HeaderEntry[] {
  const byName = new Map<string, Protocol.Fetch.HeaderEntry>();
  for (const [name, value] of sets.flatMap((set) => Object.entries(set))) byName.set(name.toLowerCase(), { name, value });
  return [...byName.values()];
}
