import type { FieldProblems } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';
import { fieldProblems } from './field-problems.ts';
import type { ObjectSchema } from './field-schema.ts';

/** What a schema has against a value, where it is not the whole body of a request. Schemas are compiled once for each route. */
export function judgeShape(request: FastifyRequest, schema: ObjectSchema, value: unknown): FieldProblems {
  const validate = request.getValidationFunction(schema) ?? request.compileValidationSchema(schema);
  return validate(value) ? {} : fieldProblems((validate.errors ?? []) as unknown as Parameters<typeof fieldProblems>[0]);
}
