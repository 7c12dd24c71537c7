import { create } from '@bufbuild/protobuf';
import { type IntakeService, OptionsSchema, shownOptions } from '@shotwire/contract';
import type { AllowEntry } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { assertDomain } from '../keys/assert-domain.ts';
import { fieldProblems } from '../schema/field-problems.ts';
import { judgeWish } from './judge-wish.ts';
import { operations } from './operations.ts';
import type { Wish } from './schema.ts';
import { wishToProto } from './translate.ts';

interface ExplainParts {
  intake: Pick<RpcClient<typeof IntakeService>, 'explainScreenshot'>;
  egressAllow: readonly AllowEntry[];
  webhookAllowHttp: boolean;
}

/** What a wish would come to, without making it. */
export function explainRoute(app: FastifyInstance, { intake, egressAllow: allow, webhookAllowHttp }: ExplainParts): void {
  app.post('/screenshots/explain', { schema: operations.explain, attachValidation: true }, async (request, reply) => {
    const problems = fieldProblems(request.validationError?.validation ?? []);
    const wish = whateverItsUrl(request.body, () => judgeWish(request.body, problems, { allow, webhookAllowHttp }));
    assertDomain(request.key, wish.url);
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const { options, cacheKey, warnings, blocked } = await intake.explainScreenshot({ wish: wishToProto(wish, {}) }, { context });
    return {
      options: shownOptions(options ?? create(OptionsSchema)),
      cache_key: cacheKey,
      warnings,
      may_be_visited: blocked === '',
      ...(blocked !== '' && { blocked_because: blocked }),
    };
  });
}

/** That its URL may not be visited is something to be told here, and no reason to say no. */
function whateverItsUrl(body: unknown, judge: () => Wish): Wish {
  try {
    return judge();
  } catch (thrown) {
    const { kind, fields = {} } = Failure.from(thrown);
    if (kind === 'blocked_url' && Object.keys(fields).join() === 'url') return body as Wish;
    throw thrown;
  }
}
