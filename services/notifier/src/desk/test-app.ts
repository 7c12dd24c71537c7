import type { MessageInitShape } from '@bufbuild/protobuf';
import { type AttemptSchema, type DeskService, instantFromMs, instantToTimestamp } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Implementation } from '@shotwire/rpc';
import { eventTypeProblem, isEventType } from '../core/event-types.ts';
import { secretBytes } from '../core/secret.ts';
import { webhookIdOf } from '../core/signature.ts';
import { findApp } from '../sql/apps.ts';
import { liveSecrets, secretContext } from '../sql/secrets.ts';
import { instanceKey } from '../sql/signing-keys.ts';
import { accountOf, found, idOf, refuse } from './caller.ts';
import { exampleEvent } from './example-event.ts';
import type { DeskParts } from './parts.ts';
import { addressOf, reach } from './reach.ts';
import { withoutQuery } from './show-delivery.ts';
import { type AppKind, hideValues, openKind } from './stored-app.ts';
import { type Example, exampleUpload, exampleWebhook } from './write-example.ts';

/** The call that shows what an app would be sent, and sends it if asked to. */
export function testCalls(parts: DeskParts): Pick<Implementation<typeof DeskService>, 'testApp'> {
  const { postgres, sealer, randomBytes, newId, now } = parts;
  return {
    async testApp({ id, eventType, send }, context) {
      const named = { accountId: accountOf(context), id: idOf(id) };
      const { row, secrets, pair } = await postgres.transaction(async (trx) => ({
        row: found(await findApp(trx, named)),
        secrets: (await liveSecrets(trx, { owners: [named.id] })).get(named.id) ?? [],
        pair: await instanceKey(trx, { sealer, randomBytes }),
      }));
      const kind = openKind(row, sealer);
      const type = eventType || 'screenshot.completed';
      if (!isEventType(type)) throw new Failure('validation_error', { fields: { event_type: [eventTypeProblem] } });
      refuse(problemsOf(kind, { type, send }));

      const at = instantFromMs(now());
      const event = exampleEvent({ id: newId(), type, accountId: named.accountId, appId: named.id, at });
      const keys = secrets.map((sealed) => secretBytes(sealer.open(sealed, secretContext(named.id)).toString()));
      const example =
        kind.case === 's3'
          ? exampleUpload({ app: kind.value, event, at })
          : exampleWebhook({ ...parts, app: kind.value, event, webhookId: webhookIdOf(newId()), keys, instanceKey: pair, at });
      const reached = await reach(parts, addressOf(kind)[1], context.signal);
      const attempt =
        send && reached.ok && kind.case === 'webhook' ? await sendOnce(parts, { example, url: reached.url, kind }) : undefined;
      return {
        method: example.method,
        url: example.url,
        headers: { ...example.headers, ...(kind.case === 'webhook' && ownHidden(example, kind.value.headers)) },
        body: example.body,
        signatureInput: example.signed,
        refusal: reached.ok ? '' : reached.trouble,
        ...(attempt && { attempt }),
      };
    },
  };
}

/** What cannot be tried with a bucket. */
function problemsOf(kind: AppKind, { type, send }: { type: string; send: boolean }): Record<string, string[]> {
  if (kind.case === 'webhook') return {};
  return {
    ...(type !== 'screenshot.completed' && { event_type: ['must be screenshot.completed: nothing else goes to a bucket'] }),
    ...(send && { send: ['must be false: a bucket cannot be tested by sending'] }),
  };
}

/** The app's own headers, as far as they are sent, by name alone. */
function ownHidden({ headers }: Example, own: Readonly<Record<string, string>>): Record<string, string> {
  return hideValues(Object.fromEntries(Object.entries(own).filter(([name, value]) => headers[name] === value)));
}

interface Sending {
  example: Example;
  url: URL;
  kind: Extract<AppKind, { case: 'webhook' }>;
}

async function sendOnce({ send, now }: DeskParts, { example, url, kind }: Sending): Promise<MessageInitShape<typeof AttemptSchema>> {
  const moment = () => instantToTimestamp(instantFromMs(now()));
  const startedAt = moment();
  const { headers, body } = example;
  const { outcome, status, error, durationMs, response } = await send({ url, headers, body, timeoutMs: kind.value.timeout * 1000 });
  return {
    number: 1,
    outcome,
    startedAt,
    finishedAt: moment(),
    status: status ?? 0,
    error: error ?? '',
    durationMs: Math.round(durationMs),
    response: response ?? new Uint8Array(),
    target: withoutQuery(url.href),
  };
}
