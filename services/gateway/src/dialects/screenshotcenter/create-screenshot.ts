import type { Screenshot } from '@shotwire/contract';
import { Failure, type FieldProblems } from '@shotwire/failures';
import type { FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { fieldProblems } from '../../schema/field-problems.ts';
import { judgeWish } from '../../screenshots/judge-wish.ts';
import { makeScreenshot } from '../../screenshots/make-screenshot.ts';
import { wishSchema } from '../../screenshots/schema.ts';
import type { Call } from './call.ts';
import { failureInTheirWords, inTheirWords } from './in-their-words.ts';
import type { Place } from './options/option.ts';
import { translateWish } from './translate-wish.ts';

type CreateParts = Parameters<typeof makeScreenshot>[0] & Place;

/** Makes a screenshot of what they ask for, by the one way there is. What is wrong is said by their names, all at once. */
export async function createScreenshot(parts: CreateParts, { parameters, request }: Call): Promise<Screenshot> {
  const { wish, problems } = translateWish(parameters, parts);
  const unfit = shapeProblems(request, wish);
  if (Object.keys(problems).length > 0) {
    const others = inTheirWords(judgedProblems(parts, wish, unfit));
    throw new Failure('validation_error', { fields: { ...others, ...problems } });
  }
  try {
    return await makeScreenshot(parts, request, wish, { problems: unfit });
  } catch (thrown) {
    throw failureInTheirWords(thrown);
  }
}

/** What the shape of a wish has against one that was translated. */
function shapeProblems(request: FastifyRequest, wish: object): FieldProblems {
  const validate = request.getValidationFunction(wishSchema) ?? request.compileValidationSchema(wishSchema);
  return validate(wish) ? {} : fieldProblems((validate.errors ?? []) as FastifySchemaValidationError[]);
}

function judgedProblems({ egressAllow: allow, webhookAllowHttp }: CreateParts, wish: object, unfit: FieldProblems): FieldProblems {
  try {
    judgeWish(wish, unfit, { allow, webhookAllowHttp });
    return {};
  } catch (thrown) {
    return Failure.from(thrown).fields ?? {};
  }
}
