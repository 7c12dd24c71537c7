import type { DeskService, IntakeService, Screenshot } from '@shotwire/contract';
import type { AllowEntry } from '@shotwire/egress';
import type { FieldProblems } from '@shotwire/failures';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyRequest } from 'fastify';
import { callContext } from '../http/call-context.ts';
import { assertDomain } from '../keys/assert-domain.ts';
import { withIdempotency } from '../limits/with-idempotency.ts';
import { judgeWish } from './judge-wish.ts';
import { present } from './present.ts';
import { sealAnnouncement } from './seal-announcement.ts';
import { wishToProto } from './translate.ts';

type MakeParts = Parameters<typeof withIdempotency>[0] & {
  intake: Pick<RpcClient<typeof IntakeService>, 'createScreenshot'>;
  desk: Pick<RpcClient<typeof DeskService>, 'sealWebhook' | 'checkApps'>;
  egressAllow: readonly AllowEntry[];
  webhookAllowHttp: boolean;
};

/** What may be known of a wish before it is judged. */
interface Asked {
  /** The UUID that it is to have, where that is not a new one: who makes an equal one again is given the same screenshot. */
  id?: string;
  /** What its shape has against it. */
  problems?: FieldProblems;
}

/**
 * Judges a wish in the names of the native API and commits it for the account of the request: the one way to a screenshot,
 * whatever the API it was asked for in, within what its key and its account may. Failure `validation_error`, `blocked_url`, `domain_not_allowed`,
 * those of {@link withIdempotency}, or what keeps capture from taking it.
 */
export async function makeScreenshot(
  parts: MakeParts,
  request: FastifyRequest,
  body: unknown,
  { id, problems = {} }: Asked = {},
): Promise<Screenshot> {
  const { intake, desk, egressAllow: allow, webhookAllowHttp } = parts;
  const wish = judgeWish(body, problems, { allow, webhookAllowHttp });
  assertDomain(request.key, wish.url);
  // Not called off when the client goes away: the wish may be committed already. The id is ours, so that a call tried again is the same wish.
  const context = callContext(request);
  const announcement = await sealAnnouncement(wish, { desk, context });
  const create = async (id: string) => present(await intake.createScreenshot(wishToProto(wish, { id, announcement }), { context }));
  return withIdempotency(parts, request, { captures: 1, body, id }, create);
}
