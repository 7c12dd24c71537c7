import type { ShotwireEvent } from '../../events/listen.ts';
import { letterOf } from './letter.ts';

/** As long as an endpoint has by the settings of a server. */
const timeoutMs = 15_000;

interface Forwarding {
  url: string;
  secret: string;
  signal: AbortSignal;
}

/** Posts an event to an endpoint; gives what came of it, in words. Throws the reason of the signal. */
export async function forward(event: ShotwireEvent, { url, secret, signal }: Forwarding): Promise<string> {
  const startedMs = Date.now();
  const letter = letterOf(event, { secret, nowMs: startedMs });
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(url, { method: 'POST', ...letter, redirect: 'manual', signal: within });
    await response.arrayBuffer();
    return `${response.ok ? 'taken' : 'refused'}: ${response.status} in ${Date.now() - startedMs} ms`;
  } catch (thrown) {
    signal.throwIfAborted();
    return `not delivered: ${reasonOf(thrown)}`;
  }
}

function reasonOf(thrown: unknown): string {
  const { message, cause } = thrown as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
}
