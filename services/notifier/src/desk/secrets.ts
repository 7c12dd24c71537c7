import { DeskService, instantToTimestamp, withRules } from '@shotwire/contract';
import type { Implementation } from '@shotwire/rpc';
import { newSecretText, secretProblem, secretTexts } from '../core/secret.ts';
import { lockApp } from '../sql/apps.ts';
import { accountSecret, rotateSecret, secretContext, webhookContext } from '../sql/secrets.ts';
import { instanceKey, listPublicKeys } from '../sql/signing-keys.ts';
import { accountOf, found, idOf, refuse } from './caller.ts';
import { headerProblems } from './header-problems.ts';
import type { DeskParts } from './parts.ts';

const dayS = 86_400;
const OVERLAP_S = dayS;
const OVERLAP_AT_MOST_S = 7 * dayS;

type Calls = Pick<Implementation<typeof DeskService>, 'rotateAppSecret' | 'getSigningSecret' | 'listSigningKeys' | 'sealWebhook'>;

/** The calls about what webhooks are signed with. */
export function secretCalls({ postgres, sealer, randomBytes }: DeskParts): Calls {
  return {
    async rotateAppSecret({ id, secret, overlap }, context) {
      const named = { accountId: accountOf(context), id: idOf(id) };
      const overlapS = overlap ? Number(overlap.seconds) + overlap.nanos / 1e9 : OVERLAP_S;
      const problem = secret === '' ? undefined : secretProblem(secret);
      refuse({
        ...(problem !== undefined && { secret: [problem] }),
        ...(!(overlapS >= 0 && overlapS <= OVERLAP_AT_MOST_S) && { overlap: [`must be from 0 to ${OVERLAP_AT_MOST_S} seconds`] }),
      });
      const text = secret || newSecretText(randomBytes(32));
      const sealed = sealer.seal(Buffer.from(text), secretContext(named.id));
      const until = await postgres.transaction(async (trx) => {
        const { kind } = found(await lockApp(trx, named));
        if (kind === 's3') refuse({ id: ['is a bucket, which has no secret'] });
        return rotateSecret(trx, { owner: named.id, sealed, overlapS });
      });
      return { secret: secretTexts(text), ...(until && { oldUntil: instantToTimestamp(until) }) };
    },

    async getSigningSecret(_, context) {
      const accountId = accountOf(context);
      const { owner, sealed } = await postgres.transaction((trx) => accountSecret(trx, { accountId, sealer, randomBytes }));
      return { secret: secretTexts(sealer.open(sealed, secretContext(owner)).toString()).standard };
    },

    async listSigningKeys() {
      const keys = await postgres.transaction(async (trx) => {
        // One that nobody has seen yet cannot verify the first webhook.
        await instanceKey(trx, { sealer, randomBytes });
        return listPublicKeys(trx);
      });
      return { keys: keys.map(({ createdAt, ...key }) => ({ ...key, createdAt: instantToTimestamp(createdAt) })) };
    },

    async sealWebhook(request, context) {
      const owner = accountOf(context);
      const { secret, headers } = request;
      const { problems } = withRules(DeskService.method.sealWebhook.input, request);
      for (const [name, sentence] of headerProblems(headers)) problems[`headers.${name}`] ??= [sentence];
      const problem = secret === '' ? undefined : secretProblem(secret);
      if (problem !== undefined) problems.secret ??= [problem];
      refuse(problems);
      const given = { ...(secret !== '' && { secret }), ...(Object.keys(headers).length > 0 && { headers }) };
      if (Object.keys(given).length === 0) return { sealed: new Uint8Array() };
      return { sealed: sealer.seal(Buffer.from(JSON.stringify(given)), webhookContext(owner)) };
    },
  };
}
