import type { paths } from '../gen/api.ts';
import { readJson, type Server, send } from './send.ts';

/** An address of the API, as the OpenAPI document has it: `/api/v1/screenshots/{id}`. */
export type Path = keyof paths;

/** A method that an address takes. */
export type Method<P extends Path> = {
  [M in 'get' | 'post' | 'patch' | 'delete']: paths[P][M] extends object ? M : never;
}['get' | 'post' | 'patch' | 'delete'];

type Parameters<O> = O extends { parameters: infer All } ? All : never;
type Named<O, Place extends 'path' | 'query'> = Parameters<O> extends { [place in Place]?: infer Names } ? NonNullable<Names> : never;
type Json<Media> = Media extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Body<O> = O extends { requestBody?: infer Media } ? Json<NonNullable<Media>> : undefined;

/** What a call is given: what the address, the query and the body of its operation have. */
export type Given<O> = {
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
} & ([Named<O, 'path'>] extends [never] ? object : { path: Named<O, 'path'> }) &
  ([Named<O, 'query'>] extends [never] ? object : { query?: Named<O, 'query'> }) &
  (Body<O> extends undefined ? object : { body: Body<O> });

/** What a call answers: the JSON of its good answer, undefined where that has none. */
export type Answer<O> = O extends { responses: infer All } ? Json<All[keyof All]> : never;

/** A call whose types are not looked at. */
export interface LooseGiven {
  path?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  answerWithinMs?: number;
}

/** Calls an operation, again where that is safe: GET and DELETE, and what carries an Idempotency-Key. */
export function call<T>(server: Server, method: string, path: string, { path: names = {}, query, ...given }: LooseGiven = {}): Promise<T> {
  const repeatable = method !== 'post' && method !== 'patch' ? true : 'idempotency-key' in (given.headers ?? {});
  return send(server, { ...given, method: method.toUpperCase(), path: filled(path, names) + search(query), repeatable }, readJson<T>);
}

/** A path with its names filled in. */
export function filled(path: string, names: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''));
}

function search(query: Readonly<Record<string, unknown>> = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}
