import fc from 'fast-check';
import type { Described, Document } from '../../services/gateway/src/openapi/operations-of.fixture.ts';
import { arbitraryOf, type Hints, type Schema } from './arbitrary-of.ts';
import { brokenBody, contentTypes, oddHeaders, pathParts, queries } from './hostile.ts';
import type { Known } from './house.fixture.ts';
import type { Sent } from './send-request.ts';
import { spoil } from './spoil.ts';

/** A request of an operation, and how it was made. */
export type Try = Omit<Sent, 'port'> & { how: string };

interface Making {
  document: Document;
  known: Known;
}

/** Requests of an operation: half of them as it describes them, half of them broken in one of their parts. */
export function requestsOf({ method, path, operation }: Described, { document, known }: Making): fc.Arbitrary<Try> {
  const making = { schemas: document.components.schemas, hints: hintsOf(known) };
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const parts = fc.tuple(...params.map((name) => fc.constantFrom(...namesOf(name, path, known))));
  const oddParts = fc.tuple(...params.map((name) => fc.constantFrom(...namesOf(name, path, known), ...pathParts)));
  const inPath = (values: readonly string[]) =>
    params.reduce((sofar, name, at) => sofar.replace(`{${name}}`, () => values[at] ?? ''), path);

  const fields = (operation.parameters ?? []).filter(({ in: where }) => where === 'query');
  const query = fc
    .subarray(fields, { maxLength: Math.min(3, fields.length) })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map(({ name, schema = {} }) => {
          const hints = making.hints[name];
          const value = hints
            ? fc.oneof(fc.constantFrom(...hints), arbitraryOf(schema as Schema, making))
            : arbitraryOf(schema as Schema, making);
          return value.map(
            (one) => `${name}=${encodeURIComponent((typeof one === 'object' ? JSON.stringify(one) : String(one)).toWellFormed())}`,
          );
        }),
      ),
    )
    .map((pairs) => pairs.join('&'));

  const schema = operation.requestBody?.content?.['application/json']?.schema;
  const value = schema ? arbitraryOf(schema as Schema, making) : fc.constant(undefined);
  const valid = value.map((one) => (one === undefined ? undefined : JSON.stringify(one)));
  const body = valid.map((text) => text ?? '{}') as fc.Arbitrary<string>;
  const json = { 'content-type': 'application/json' };

  const whole = fc.record({ parts, query, payload: valid }).map(({ parts: values, query: asked, payload }) => ({
    how: 'valid',
    method,
    target: inPath(values) + (asked && `?${asked}`),
    ...(payload !== undefined && { payload, headers: json }),
  }));
  const kinds: fc.Arbitrary<Try>[] = [
    fc
      .record({ request: whole, parts: oddParts })
      .map(({ request, parts: values }) => ({ ...request, how: 'odd path', target: inPath(values) })),
    fc.record({ request: whole, query: fc.oneof(fc.constantFrom(...queries), query) }).map(({ request, query: asked }) => ({
      ...request,
      how: 'odd query',
      target: `${request.target.split('?')[0]}?${asked}`,
    })),
    fc.record({ request: whole, odd: fc.constantFrom(...oddHeaders) }).map(({ request, odd }) => ({
      ...request,
      how: 'odd header',
      headers: { ...request.headers, ...odd },
    })),
    fc.record({ request: whole, type: fc.constantFrom(...contentTypes), payload: body }).map(({ request, type, payload }) => ({
      ...request,
      how: 'odd type',
      headers: { 'content-type': type },
      payload,
    })),
    ...(schema
      ? [
          fc
            .record({ request: whole, payload: brokenBody(body) })
            .map(({ request, payload }) => ({ ...request, how: 'broken body', headers: json, payload })),
          ...Array.from({ length: 3 }, () =>
            fc
              .record({ request: whole, payload: spoil(value) })
              .map(({ request, payload }) => ({ ...request, how: 'spoiled body', headers: json, payload })),
          ),
        ]
      : []),
  ];
  return fc.oneof({ weight: kinds.length, arbitrary: whole as fc.Arbitrary<Try> }, ...kinds);
}

/** What there is to name in a path. */
function namesOf(param: string, path: string, known: Known): readonly string[] {
  if (param === 'name') return ['pdf', 'slice-1'];
  if (param === 'account') return ['one', 'two'];
  if (param === 'ext') return ['png', 'pdf'];
  const kind = (['apps', 'deliveries', 'keys'] as const).find((one) => path.includes(`/${one}/`)) ?? 'screenshots';
  return known[kind];
}

/** Values without which nearly everything would be refused. */
function hintsOf({ apps, screenshots }: Known): Hints {
  const pages = ['https://example.com/', 'https://example.com/a?b=c#d'];
  const hooks = ['https://receiver.test/hook'];
  const moments = ['2026-11-20T10:30:00Z', '2026-11-25T10:30:00.123456+01:00'];
  return {
    url: [...pages, ...hooks],
    start_url: pages,
    urls: [pages],
    webhook_url: hooks,
    endpoint: ['https://store.test'],
    apps: [[apps[0]], { [apps[1] as string]: '{id}.{ext}' }],
    app_id: apps,
    subject_id: screenshots,
    event: ['screenshot.completed', 'screenshot.failed'],
    events: [['screenshot.completed']],
    webhook_events: [['screenshot.failed']],
    proxy: ['http://proxy.example:3128'],
    webhook: [{ url: hooks[0] }, { url: hooks[0], profile: 'center', headers: { 'x-key': '1' }, schedule: [1, 2] }],
    secret: ['sixteen characters'],
    webhook_secret: ['sixteen characters'],
    path_template: ['{domain}/{id}.{ext}', '../{id}'],
    created_from: moments,
    created_before: moments,
    from: [...moments, '2026-11-01'],
    to: [...moments, '2026-11-20'],
    tag: ['known'],
    batch: screenshots,
  };
}
