import { CreateScreenshotRequestSchema, rulesOf } from '@shotwire/contract';
import { type AllowEntry, checkUrl, parseUpstream, type UrlVerdict } from '@shotwire/egress';
import { Failure, type FieldProblems } from '@shotwire/failures';
import { unfitTexts } from '../schema/unfit-texts.ts';
import { judgeAnnouncement } from './judge-announcement.ts';
import type { Wish } from './schema.ts';

interface WishRules {
  allow: readonly AllowEntry[];
  webhookAllowHttp: boolean;
}

const sources = ['url', 'html', 'markdown'] as const;
const longestPage = rulesOf(CreateScreenshotRequestSchema.field.html)?.maxLength ?? 0;

/**
 * Judges what the shape of a wish does not say: its addresses, as far as that is possible without DNS, the size of a page that
 * came with it, and characters that are none. Tells all that is wrong at once.
 * Failure `validation_error`, or `blocked_url` when an address that may not be visited is all there is.
 */
export function judgeWish(body: unknown, shapeProblems: FieldProblems, { allow, webhookAllowHttp }: WishRules): Wish {
  const problems: Record<string, readonly string[]> = { ...shapeProblems };
  if (!isObject(body)) throw new Failure('validation_error', { fields: problems });
  // Only what has the right shape is walked through: that has a depth and a number of fields.
  if (Object.keys(problems).length === 0) Object.assign(problems, unfitTexts(body));
  judgeSource(body, problems);
  judgeAnnouncement(body, problems);
  const judges: Readonly<Record<string, (address: string) => UrlVerdict>> = {
    url: (address) => checkUrl(address, { schemes: ['http:', 'https:'], allow }),
    webhook_url: (address) => checkUrl(address, { schemes: webhookAllowHttp ? ['http:', 'https:'] : ['https:'], allow }),
    proxy: (address) => judgeProxy(address, allow),
  };
  let onlyBlocked = Object.keys(problems).length === 0;
  for (const [field, judge] of Object.entries(judges)) {
    const address = body[field];
    if (typeof address !== 'string' || Object.hasOwn(problems, field)) continue;
    // A client may leave url empty beside html or markdown, and the proxy where there is none.
    if (field !== 'webhook_url' && address === '') continue;
    const verdict = judge(address.isWellFormed() ? address : '');
    if (verdict.ok) continue;
    problems[field] = [verdict.reason];
    onlyBlocked &&= verdict.kind === 'blocked';
  }
  if (Object.keys(problems).length > 0) throw new Failure(onlyBlocked ? 'blocked_url' : 'validation_error', { fields: problems });
  return body as Wish;
}

function judgeProxy(address: string, allow: readonly AllowEntry[]): UrlVerdict {
  const upstream = parseUpstream(address);
  if (!upstream.ok) return { ok: false, kind: 'invalid', reason: upstream.reason };
  const { host, port } = upstream.upstream;
  return checkUrl(`http://${host.includes(':') ? `[${host}]` : host}:${port}/`, { schemes: ['http:'], allow });
}

/** Of the sources a wish has one, and a page that came with it is limited in bytes: its schema counts characters. */
function judgeSource(body: Record<string, unknown>, problems: Record<string, readonly string[]>): void {
  const given = sources.filter((source) => body[source] !== undefined && body[source] !== '');
  if (given.length === 0) problems.url ??= ['is required, or html, or markdown'];
  if (given.length > 1) problems[given[1] as string] ??= ['must be the only one of url, html and markdown'];
  for (const source of given) {
    const page = body[source];
    if (typeof page === 'string' && Buffer.byteLength(page) > longestPage)
      problems[source] ??= [`must be at most ${longestPage / 1024 / 1024} MiB in UTF-8`];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
