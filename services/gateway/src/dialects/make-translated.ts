import type { Screenshot } from '@shotwire/contract';
import { Failure, type FieldProblems } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';
import { judgeShape } from '../schema/judge-shape.ts';
import { makeScreenshot } from '../screenshots/make-screenshot.ts';
import { wishSchema } from '../screenshots/schema.ts';
import type { Draft, Options } from './option.ts';

/** What makes a screenshot, in whatever words it is asked for. */
export type MakeParts = Parameters<typeof makeScreenshot>[0];

interface Translated {
  /** A wish in the names of the native API, not judged yet. */
  wish: Draft;
  /** What is wrong already, by their names. */
  problems: FieldProblems;
  /** The options that it was made of. */
  options: Options;
}

/** Makes a screenshot of what was asked for in their words: a wish like any other. Failures are those of {@link makeScreenshot}, about their names. */
export async function makeTranslated(
  parts: MakeParts,
  request: FastifyRequest,
  { wish, problems, options }: Translated,
): Promise<Screenshot> {
  const shape = judgeShape(request, wishSchema, wish);
  const names = namesOf(options);
  try {
    return await makeScreenshot(parts, request, wish, { problems: { ...renamed(shape, names), ...problems } });
  } catch (thrown) {
    const { kind, message: says, fields, retryAfterS } = Failure.from(thrown);
    if (!fields) throw thrown;
    throw new Failure(kind, { says, fields: renamed(fields, names), cause: thrown, ...(retryAfterS !== undefined && { retryAfterS }) });
  }
}

/** Their names of our fields. Of two that are put into one field the first is named. */
function namesOf(options: Options): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, { ours }] of Object.entries(options)) for (const field of ours) if (!names.has(field)) names.set(field, name);
  return names;
}

/** `cookies[1].name` is of `cookies`. */
function renamed(fields: FieldProblems, names: ReadonlyMap<string, string>): FieldProblems {
  const rooted = Object.entries(fields).map(([field, sentences]) => {
    const root = /^[^.[]*/.exec(field)?.[0] ?? field;
    return [names.get(field) ?? names.get(root) ?? field, sentences] as const;
  });
  return Object.fromEntries(
    [...Map.groupBy(rooted, ([name]) => name)].map(([name, same]) => [name, same.flatMap(([, sentences]) => sentences)]),
  );
}
