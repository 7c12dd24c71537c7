import { type FailureKind, failures } from '@shotwire/failures';
import type { FastifySchema } from 'fastify';
import { component, type JsonSchema } from './json-schema.ts';

/** The chapters of the API, with a sentence each. */
export const tags = {
  screenshots: 'Pictures of pages, and what came with them.',
  links: 'Pictures that are taken when somebody opens a link to them.',
  batches: 'Many screenshots with one parent.',
  apps: 'Registered destinations: endpoints for webhooks, and buckets for images.',
  deliveries: 'Events on their way to their destinations, each with its attempts.',
  events: 'What happens, as it happens: server-sent events for those who cannot be sent webhooks.',
  account: 'The account that asks, what it may and what it used.',
  keys: 'API keys: what each may do, and for whom.',
  images: 'Images for those who hold a link.',
  'signing keys': 'What webhooks are signed with, for everybody.',
} as const;

/** What is answered when all is well. */
export interface GoodAnswer {
  says: string;
  /** A component by its name, or a schema; none for no body. */
  body?: string | JsonSchema;
  /** Bytes by their types, in place of JSON. */
  bytes?: readonly string[];
  /** Headers that come with it, each with a sentence. */
  headers?: Readonly<Record<string, string>>;
}

interface Operation {
  /** Its name for generated clients: a verb and a noun. */
  id: string;
  summary: string;
  description?: string;
  tag: keyof typeof tags;
  params?: JsonSchema;
  query?: JsonSchema;
  /** Headers that it looks at, each with a sentence. */
  headers?: Readonly<Record<string, string>>;
  body?: JsonSchema;
  /** Bodies of several types, in place of one of JSON: they are described, and judged by the route itself. */
  bodies?: Readonly<Record<string, JsonSchema>>;
  /** Whether the body may be left out. */
  bodyOptional?: boolean;
  /** Whether it is a POST without a body: one that comes all the same is read, and means nothing. */
  bodyless?: boolean;
  /** Types of the body other than JSON alone. */
  consumes?: readonly string[];
  /** Whether it asks for an API key. */
  keyed?: boolean;
  good: Readonly<Record<number, GoodAnswer>>;
  /** What it may say no with, beside what all like it do. */
  refuses?: readonly FailureKind[];
}

/** What any address may answer. */
const everywhere: readonly FailureKind[] = [
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'deadline_exceeded',
  'unavailable',
];
const withKey: readonly FailureKind[] = ['invalid_api_key', 'forbidden', 'rate_limited'];
const withAnyBody: readonly FailureKind[] = ['malformed_body', 'body_too_large', 'unsupported_media_type', 'queue_full'];
const withBody: readonly FailureKind[] = [...withAnyBody, 'validation_error'];
const withQuery: readonly FailureKind[] = ['validation_error'];
/** A part of the path that is too long for any route. */
const withParams: readonly FailureKind[] = ['not_found'];

/**
 * The `schema` of a route: what validates it, and all that the document says of it.
 * Statuses that say no come from the table of failures, by their kinds.
 */
export function operation({
  id,
  tag,
  params,
  query,
  headers,
  body,
  bodies,
  bodyless,
  keyed = true,
  good,
  refuses = [],
  ...rest
}: Operation): FastifySchema {
  const kinds = [
    ...everywhere,
    ...(keyed ? withKey : []),
    ...(body || bodies ? withBody : bodyless ? withAnyBody : []),
    ...(query && query.additionalProperties === false ? withQuery : []),
    ...(params ? withParams : []),
    ...refuses,
  ];
  const { summary, description, consumes, bodyOptional } = rest;
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    security: keyed ? [{ apiKey: [] }] : [],
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(headers && { headers: headerSchema(headers) }),
    ...(body && { body }),
    ...(bodies && { 'x-bodies': bodies }),
    ...(bodyOptional && { 'x-body-optional': true }),
    ...(consumes && { consumes: [...consumes] }),
    response: { ...goodAnswers(good), ...refusals(kinds) },
  };
}

function headerSchema(headers: Readonly<Record<string, string>>): object {
  const properties = Object.entries(headers).map(([name, description]) => [name, { type: 'string', description }]);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

function goodAnswers(good: Operation['good']): Record<string, object> {
  const entries = Object.entries(good).map(([status, { says, body, bytes, headers = {} }]) => {
    const schema = typeof body === 'string' ? component(body) : body;
    const content = {
      ...(schema && { 'application/json': { schema } }),
      ...Object.fromEntries((bytes ?? []).map((type) => [type, { schema: { type: 'string', contentMediaType: type } }])),
    };
    const shown = Object.entries(headers).map(([name, description]) => [name, { description, type: 'string' }]);
    return [
      status,
      {
        description: says,
        ...(shown.length > 0 && { headers: Object.fromEntries(shown) }),
        // What has no body is said so in the document's own words.
        ...(Object.keys(content).length > 0 ? { content } : { type: 'null' }),
      },
    ];
  });
  return Object.fromEntries(entries);
}

/** Kinds as answers: one for each status, with a line for each code. */
function refusals(kinds: readonly FailureKind[]): Record<string, object> {
  const byStatus = Map.groupBy(new Set(kinds), (kind) => failures[kind].http);
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      status,
      {
        description: same.map((kind) => `\`${kind.toUpperCase()}\`: ${failures[kind].says}`).join('\n\n'),
        content: { 'application/json': { schema: component('Problem') } },
      },
    ]),
  );
}
