import type { Batch } from '@shotwire/contract';
import { Failure, type FieldProblems } from '@shotwire/failures';
import { linesOf } from '../../batches/bodies/lines-of.ts';
import { judgeBatch } from '../../batches/judge-batch.ts';
import { makeBatch } from '../../batches/make-batch.ts';
import type { Call } from './call.ts';
import { failureInTheirWords } from './in-their-words.ts';
import type { Place } from './options/option.ts';
import { one, text, texts } from './read.ts';
import { translateWish } from './translate-wish.ts';

type CreateParts = Parameters<typeof makeBatch>[0] & Place;

/** The rows of a batch, as ours has them. */
interface Rows {
  urls?: readonly string[];
  crawl?: Readonly<Record<string, unknown>>;
  /** What they call a row, by its index. */
  nameRow?: (index: number) => string;
}

/** As long as ours may be; what is wrong with it is for ours to say. */
const address = one(text(4_096));

/** Makes a batch of a file of URLs, one a line, or of a list of them. */
export async function createBatch(parts: CreateParts, call: Call): Promise<Batch> {
  const { file, urls, url } = call.parameters;
  const problems: Record<string, string[]> = {};
  if (file !== undefined && urls !== undefined) problems.urls = ['must be the only one of file and urls'];
  if (file === undefined && urls === undefined) problems.file = ['is required, or urls'];
  if (url !== undefined) problems.url = ['is of a screenshot; a batch has a file or urls'];
  if (file !== undefined && typeof file !== 'string') problems.file = ['must be one text with a URL on each line'];
  const list = urls === undefined ? undefined : texts(urls);
  if (list && 'problem' in list) problems.urls = [list.problem];
  const rows = (): Rows => {
    if (typeof file !== 'string') return { urls: list && 'value' in list ? list.value : [] };
    const { body, nameRow } = linesOf(Buffer.from(file));
    return { ...(body as Rows), ...(nameRow && { nameRow }) };
  };
  return create(parts, call, { aside: ['file', 'urls', 'url'], problems, rows });
}

/** Makes a crawl: a batch that finds its pages. */
export async function createCrawl(parts: CreateParts, call: Call): Promise<Batch> {
  const { url, domain, max_urls: most } = call.parameters;
  const problems: Record<string, string[]> = {};
  const start = address(url);
  if ('problem' in start) problems.url = [url === undefined ? 'is required' : start.problem];
  // A number of a query is a text.
  const maxUrls = typeof most === 'string' && /^\d{1,9}$/.test(most) ? Number(most) : most;
  const crawl = { start_url: url, ...(domain !== undefined && { domain }), ...(maxUrls !== undefined && { max_urls: maxUrls }) };
  return create(parts, call, { aside: ['url', 'domain', 'max_urls'], problems, rows: () => ({ crawl }) });
}

interface Creation {
  /** Parameters that are about the rows. */
  aside: readonly string[];
  /** What is wrong with them, by their names. */
  problems: FieldProblems;
  rows: () => Rows;
}

/** By the one way there is to a batch. What is wrong is said by their names, all at once. */
async function create(parts: CreateParts, { parameters, request }: Call, { aside, problems: ofRows, rows }: Creation): Promise<Batch> {
  const common = Object.fromEntries(Object.entries(parameters).filter(([name]) => !aside.includes(name)));
  const { wish, problems } = translateWish(common, parts);
  const known = { ...problems, ...ofRows };
  if (Object.keys(ofRows).length > 0) throw new Failure('validation_error', { fields: known });
  const { nameRow, ...sources } = rows();
  const body = { ...wish, ...sources };
  if (Object.keys(known).length > 0)
    throw new Failure('validation_error', { fields: { ...(await judgedProblems(parts, request, body, nameRow)), ...known } });
  try {
    return await makeBatch(parts, request, body, { ...(nameRow && { nameRow }) });
  } catch (thrown) {
    throw ofTheirCrawl(failureInTheirWords(thrown));
  }
}

async function judgedProblems(
  { egressAllow: allow, webhookAllowHttp }: CreateParts,
  request: Call['request'],
  body: object,
  nameRow: Rows['nameRow'],
): Promise<FieldProblems> {
  try {
    await judgeBatch(request, body, { problems: {}, nameRow, rules: { allow, webhookAllowHttp } });
    return {};
  } catch (thrown) {
    return ofTheirCrawl(failureInTheirWords(thrown)).fields ?? {};
  }
}

/** `crawl.start_url` of ours is their `url`, and the others of a crawl are called as ours. */
function ofTheirCrawl(failure: Failure): Failure {
  if (!failure.fields) return failure;
  const fields = Object.entries(failure.fields).map(([name, says]) => [name.replace('crawl.start_url', 'url').replace('crawl.', ''), says]);
  const { kind, message: says, retryAfterS } = failure;
  return new Failure(kind, { says, fields: Object.fromEntries(fields), cause: failure, ...(retryAfterS !== undefined && { retryAfterS }) });
}
