import { create } from '@bufbuild/protobuf';
import { AppSchema, AppState, AppStateSchema, type DeskService, wordsOf } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { limitLane } from '@shotwire/lanes';
import type { Transaction } from '@shotwire/postgres';
import type { Implementation } from '@shotwire/rpc';
import { laneOfApp } from '../core/lane.ts';
import { newSecretText, secretProblem, secretTexts } from '../core/secret.ts';
import { findApp, insertApp, listApps, lockApp, type AppState as State, updateApp } from '../sql/apps.ts';
import { changeAppState } from '../sql/change-app-state.ts';
import { deleteApp } from '../sql/delete-app.ts';
import { insertSecret, secretContext } from '../sql/secrets.ts';
import { acceptApp } from './accept-app.ts';
import { accountOf, found, idOf, refuse } from './caller.ts';
import { mergeApp } from './merge-app.ts';
import type { DeskParts } from './parts.ts';
import { addressOf, addressProblem } from './reach.ts';
import { type AppKind, appToProto, closeKind, openKind } from './stored-app.ts';

/** Apps that an account may have. */
const APPS_AT_MOST = 100;

type Calls = Pick<Implementation<typeof DeskService>, 'createApp' | 'getApp' | 'listApps' | 'updateApp' | 'deleteApp' | 'setAppState'>;

/** The calls that keep apps. */
export function appCalls(parts: DeskParts): Calls {
  const { postgres, sealer, newId, randomBytes, onDue } = parts;

  return {
    async createApp({ app = create(AppSchema), secret }, context) {
      const accountId = accountOf(context);
      const { description, kind, problems } = acceptApp(app);
      const wrong = kind?.case === 's3' ? 'is for webhooks: a bucket has none' : secretProblem(secret);
      if (secret !== '' && wrong !== undefined) problems.secret = [wrong];
      await noteAddress(parts, { kind, problems, signal: context.signal });
      refuse(problems);
      if (!kind) throw new Error('an app without a kind was accepted');
      const id = newId();
      const text = kind.case === 'webhook' ? secret || newSecretText(randomBytes(32)) : undefined;
      const row = await postgres.transaction(async (trx) => {
        const made = await insertApp(trx, { id, accountId, description, ...closeKind(kind, { id, sealer }), atMost: APPS_AT_MOST });
        if (!made) throw new Failure('validation_error', { says: `An account has at most ${APPS_AT_MOST} apps.` });
        if (text) await insertSecret(trx, { owner: id, sealed: sealer.seal(Buffer.from(text), secretContext(id)) });
        await limitApp(trx, { accountId, id }, kind);
        return made;
      });
      return { app: appToProto(row, sealer), ...(text && { secret: secretTexts(text) }) };
    },

    async getApp({ id }, context) {
      const named = { accountId: accountOf(context), id: idOf(id) };
      return { app: appToProto(found(await postgres.transaction((trx) => findApp(trx, named))), sealer) };
    },

    async listApps(_, context) {
      const accountId = accountOf(context);
      const rows = await postgres.transaction((trx) => listApps(trx, { accountId }));
      return { apps: rows.map((row) => appToProto(row, sealer)) };
    },

    async updateApp({ app: given = create(AppSchema), mask }, context) {
      const named = { accountId: accountOf(context), id: idOf(given.id) };
      const change = (row: Parameters<typeof openKind>[0]) => {
        const stored = { description: row.description, kind: openKind(row, sealer) };
        const { merged, problems: wrong } = mergeApp({ stored, given, paths: mask?.paths ?? [] });
        const { description, kind, problems } = acceptApp(merged);
        if (!kind) throw new Error('an app lost its kind');
        return { description, kind, problems: { ...problems, ...wrong }, moved: addressOf(kind)[1] !== addressOf(stored.kind)[1] };
      };
      // The address is judged between two transactions: nothing is locked while a name server takes its time.
      const planned = change(found(await postgres.transaction((trx) => findApp(trx, named))));
      if (planned.moved) await noteAddress(parts, { ...planned, signal: context.signal });
      refuse(planned.problems);
      const row = await postgres.transaction(async (trx) => {
        const { description, kind, problems, moved } = change(found(await lockApp(trx, named)));
        refuse(problems);
        const changed = await updateApp(trx, { description, moved, ...closeKind(kind, { id: named.id, sealer }), id: named.id });
        await limitApp(trx, named, kind);
        return found(changed);
      });
      return { app: appToProto(row, sealer) };
    },

    async deleteApp({ id }, context) {
      const named = { accountId: accountOf(context), id: idOf(id) };
      return { cancelled: found(await postgres.transaction((trx) => deleteApp(trx, named))) };
    },

    async setAppState({ id, state }, context) {
      const named = { accountId: accountOf(context), id: idOf(id) };
      const word = wordsOf(AppStateSchema).get(state);
      if (!word) throw new Failure('validation_error', { fields: { state: ['must be one of enabled, paused, disabled'] } });
      const { row, deliveries } = await postgres.transaction(async (trx) =>
        changeAppState(trx, { row: found(await lockApp(trx, named)), state: word as State }),
      );
      if (state === AppState.ENABLED && deliveries > 0) onDue();
      return { app: appToProto(row, sealer), deliveries };
    },
  };
}

interface Noting {
  kind: AppKind | undefined;
  problems: Record<string, string[]>;
  signal: AbortSignal;
}

/** Adds what is wrong with the address of an app to its problems, where nothing is known of it yet. */
async function noteAddress(parts: DeskParts, { kind, problems, signal }: Noting): Promise<void> {
  if (!kind) return;
  const [field] = addressOf(kind);
  const problem = problems[field] ? undefined : await addressProblem(parts, kind, signal);
  if (problem !== undefined) problems[field] = [problem];
}

/** Gives the lane of a webhook the limits that its owner wishes. */
async function limitApp(trx: Transaction, named: { accountId: string; id: string }, kind: AppKind): Promise<void> {
  if (kind.case !== 'webhook') return;
  const { maxInFlight, rateLimit } = kind.value;
  await limitLane(trx, { lane: laneOfApp(named), room: maxInFlight, rate: rateLimit > 0 ? rateLimit : null });
}
