import { type IntakeService, instantFromMs } from '@shotwire/contract';
import type { AllowEntry } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import type { Links } from '@shotwire/links';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { keyOf } from '../keys/admit.ts';
import { assertDomain } from '../keys/assert-domain.ts';
import { fieldProblems } from '../schema/field-problems.ts';
import { judgeWish } from '../screenshots/judge-wish.ts';
import type { Wish } from '../screenshots/schema.ts';
import { wishToProto } from '../screenshots/translate.ts';
import { operations } from './operations.ts';
import { validS } from './schema.ts';

interface CreateParts {
  intake: Pick<RpcClient<typeof IntakeService>, 'explainScreenshot'>;
  links: Pick<Links, 'renderUrl'>;
  egressAllow: readonly AllowEntry[];
  webhookAllowHttp: boolean;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What browsers, proxies and the gateway itself take for a URL. */
const longestUrl = 8_000;

/** Makes links. Nothing is kept of them: all they mean is in them. */
export function createLinkRoute(app: FastifyInstance, { intake, links, now, ...rules }: CreateParts): void {
  app.post('/links', { schema: operations.create, attachValidation: true }, async (request, reply) => {
    const problems = fieldProblems(request.validationError?.validation ?? []);
    const { valid_for: validFor = validS, ...asked } = judgeWish(request.body, problems, { ...rules, allow: rules.egressAllow });
    const wish: Wish = asked;
    assertDomain(request.key, wish.url);
    const context = { ...callContext(request), signal: goneSignal(reply) };
    // What capture would refuse is told to who makes the link, and not to those who open it.
    await intake.explainScreenshot({ wish: wishToProto(wish, {}) }, { context });
    const expiresAt = Math.floor(now() / 1000) + Number(validFor);
    const extension = typeof wish.format === 'string' ? wish.format : 'png';
    const url = links.renderUrl({ accountId: request.account, keyId: keyOf(request).id, wish, expiresAt, extension });
    if (url.length > longestUrl)
      throw new Failure('validation_error', {
        fields: { body: [`must make a link of at most ${longestUrl} characters; it would have ${url.length}`] },
      });
    return reply.code(201).send({ url, expires_at: instantFromMs(expiresAt * 1000) });
  });
}
