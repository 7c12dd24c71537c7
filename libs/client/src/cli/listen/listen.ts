import type { Listening, ShotwireEvent } from '../../events/listen.ts';
import type { Shotwire } from '../../shotwire.ts';
import { secretBytes } from '../../webhooks/secret-bytes.ts';
import { readArguments, textOf } from '../arguments.ts';
import type { Description } from '../help.ts';
import { baseUrlIn, shotwireFrom } from '../settings.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { forward } from './forward.ts';

export const listenDescription = {
  usage: 'listen [--forward URL]',
  says: `Prints the events of the account as they happen, and forwards them as webhooks.
A connection that is lost is opened again and goes on where it was. Ctrl-C ends it.`,
  flags: {
    forward: {
      type: 'string',
      short: 'f',
      value: 'URL',
      says: 'Where each event is posted, signed as a webhook_url gets it; http://localhost:3000/hook, say.',
    },
    secret: {
      type: 'string',
      value: 'SECRET',
      says: 'What that is signed with; the secret of the account when not given, which wants an admin key.',
    },
    after: { type: 'string', value: 'ID', says: 'Begins after this event rather than now; each line begins with its id.' },
    json: { type: 'boolean', says: 'An event is a line of JSON.' },
  },
} as const satisfies Description;

/** `shotwire listen`. Ends by the signal alone. */
export async function listen(args: readonly string[], { env, stdout, stderr, signal }: Terminal): Promise<number> {
  const given = readArguments(args, listenDescription.flags);
  if (given.positionals.length > 0) throw new UsageError(`${given.positionals.join(' ')} is too much.`);
  const shotwire = shotwireFrom(env);
  const url = urlFrom(textOf(given, 'forward'));
  const secret = url === undefined ? '' : await secretFor(shotwire, textOf(given, 'secret'), signal);
  const after = textOf(given, 'after');
  const listening: Listening = {
    signal,
    ...(after !== undefined && { lastEventId: after }),
    onOpen: () =>
      void stderr.write(`Listening to ${baseUrlIn(env)}${url === undefined ? '' : `, forwarding to ${url}`}. Ctrl-C ends it.\n`),
    onCut: ({ message }, ms) => void stderr.write(`${message} Again in ${(ms / 1000).toFixed(1)} s.\n`),
  };

  for await (const event of shotwire.events(listening)) {
    stdout.write(`${given.values.json ? JSON.stringify(event) : lineOf(event)}\n`);
    if (url !== undefined) stderr.write(`  ${await forward(event, { url, secret, signal })}\n`);
  }
  return 0;
}

/** What it is, of what, and how that is: the data is for `--json`. */
function lineOf({ id, type, data }: ShotwireEvent): string {
  const { id: subject, url, error } = data as { id?: string; url?: string; error?: { code: string } };
  return [id, type, subject, url, error?.code].filter((word) => word !== undefined && word !== null).join('  ');
}

function urlFrom(text: string | undefined): string | undefined {
  if (text === undefined || (/^https?:/i.test(text) && URL.canParse(text))) return text;
  throw new UsageError(`--forward has to be an http or https URL, and is ${JSON.stringify(text)}.`);
}

async function secretFor(shotwire: Shotwire, given: string | undefined, signal: AbortSignal): Promise<string> {
  if (given === undefined) return (await shotwire.call('get', '/api/v1/account/signing-secret', { signal })).webhook_secret;
  try {
    secretBytes(given);
  } catch {
    throw new UsageError('--secret is neither a text nor whsec_ and base64.');
  }
  return given;
}
