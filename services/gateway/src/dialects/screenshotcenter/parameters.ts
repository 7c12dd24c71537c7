import { Failure } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';
import { unfitTexts } from '../../schema/unfit-texts.ts';

/** What a request says, by name: of the query a text or several, of a body whatever it holds. */
export type Parameters = Readonly<Record<string, unknown>>;

/** Names in documents and old clients, and those that the SDKs use. */
const aliases: Readonly<Record<string, string>> = {
  'tag[]': 'tag',
  'apps[]': 'apps',
  'trackers[]': 'trackers',
  'urls[]': 'urls',
  maxUrls: 'max_urls',
  batch_id: 'id',
  screenshot_id: 'id',
  full_page: 'size',
  lang: 'language',
  tz: 'timezone',
  video_length: 'video_duration',
};

/** Deeper than anything that is asked for. */
const DEEPEST = 8;

/**
 * The parameters of a request, from its query and its body; the body's go before the query's. What is empty counts as absent, and the key is
 * none of them. Failure `validation_error` for a body that is no object, or one that nobody can keep.
 */
export function parametersOf({ query, body }: FastifyRequest): Parameters {
  if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body)))
    throw new Failure('validation_error', { fields: { body: ['must be a JSON object'] } });
  const named = new Map<string, unknown>();
  for (const [name, value] of [...Object.entries(query as object), ...Object.entries(body ?? {})]) {
    const ours = Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
    if (ours === 'key' || value === undefined || value === null || value === '') continue;
    named.set(ours, name === 'full_page' ? sizeOf(value) : value);
  }
  const parameters = Object.fromEntries(named);
  if (isDeep(parameters, DEEPEST)) throw new Failure('validation_error', { fields: { body: [`must be at most ${DEEPEST} levels deep`] } });
  const unfit = unfitTexts(parameters);
  if (Object.keys(unfit).length > 0) throw new Failure('validation_error', { fields: unfit });
  return parameters;
}

/** `full_page=true` of some READMEs is `size=page`. What is neither yes nor no is left for `size` to refuse. */
function sizeOf(value: unknown): unknown {
  const word = String(value).toLowerCase();
  return { true: 'page', 1: 'page', false: 'screen', 0: 'screen' }[word] ?? value;
}

function isDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => isDeep(inner, left - 1));
}
