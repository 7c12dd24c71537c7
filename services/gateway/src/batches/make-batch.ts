import { create, toBinary } from '@bufbuild/protobuf';
import { type Batch, CrawlSchema, CreateBatchRequestSchema, type DeskService, fromWords, type IntakeService } from '@shotwire/contract';
import type { AllowEntry } from '@shotwire/egress';
import { Failure, type FieldProblems } from '@shotwire/failures';
import { maxMessageBytes, type RpcClient } from '@shotwire/rpc';
import type { FastifyRequest } from 'fastify';
import { callContext } from '../http/call-context.ts';
import { withIdempotency } from '../limits/with-idempotency.ts';
import { sealAnnouncement } from '../screenshots/seal-announcement.ts';
import { wishToProto } from '../screenshots/translate.ts';
import { judgeBatch } from './judge-batch.ts';
import { presentBatch } from './present-batch.ts';
import { inNamesOfRows } from './row-names.ts';

type MakeParts = Parameters<typeof withIdempotency>[0] & {
  intake: Pick<RpcClient<typeof IntakeService>, 'createBatch'>;
  desk: Pick<RpcClient<typeof DeskService>, 'sealWebhook' | 'checkApps'>;
  egressAllow: readonly AllowEntry[];
  webhookAllowHttp: boolean;
};

/** What may be known of a batch before it is judged. */
interface Asked {
  /** What is wrong with it already. */
  problems?: FieldProblems;
  /** What the client calls a row, by its index; `urls[0]` or `requests[0]` where it does not matter. */
  nameRow?: (index: number) => string;
}

/** Longer than other calls have: capture judges ten thousand rows, and inserts them. */
const patienceMs = 30_000;
/** Pages of a crawl where it does not say. */
const crawledPages = 100;

/**
 * Judges a batch in the names of the native API, `{urls | requests | crawl, …}`, and commits it for the account of the request: the one way
 * to a batch, whatever the API and the language it was asked for in, within what its key and its account may. It takes as much of the quota
 * as it has rows, a crawl as much as it may find. Failure `validation_error`, `blocked_url`, `domain_not_allowed`, `body_too_large`, those
 * of {@link withIdempotency}, or what keeps capture from taking it.
 */
export async function makeBatch(
  parts: MakeParts,
  request: FastifyRequest,
  body: unknown,
  { problems = {}, nameRow }: Asked = {},
): Promise<Batch> {
  const { intake, desk, egressAllow: allow, webhookAllowHttp } = parts;
  const { common, externalId, rows, crawl } = await judgeBatch(request, body, { problems, nameRow, rules: { allow, webhookAllowHttp } });
  const context = callContext(request);
  const announcement = await sealAnnouncement(common, { desk, context });
  const wish = create(CreateBatchRequestSchema, {
    // The same are told of each row and of the end; webhook_events says of what.
    common: wishToProto(common, { announcement }),
    announcement,
    rows,
    externalId,
    ...(crawl && { crawl: fromWords(CrawlSchema, { ...crawl }) }),
  });
  // Rows can be longer on their way than they were in a table.
  if (toBinary(CreateBatchRequestSchema, wish).length > maxMessageBytes - 100)
    throw new Failure('body_too_large', { says: 'All rows together are larger than 8 MiB. Make two batches of them.' });
  const commit = async (id: string) =>
    presentBatch(await intake.createBatch({ ...wish, id }, { context, timeoutMs: patienceMs }).catch(inNamesOfRows(body, nameRow)));
  return withIdempotency(parts, request, { captures: crawl ? (crawl.max_urls ?? crawledPages) : rows.length, body }, commit);
}
