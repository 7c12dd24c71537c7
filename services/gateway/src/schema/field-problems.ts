import type { FieldProblems } from '@shotwire/failures';
import type { FastifySchemaValidationError } from 'fastify';
import type { FieldSchema, ObjectSchema } from './field-schema.ts';

/** An error of ajv with `verbose` on. */
type VerboseError = FastifySchemaValidationError & { parentSchema?: FieldSchema | ObjectSchema };

// A body of 1 MiB can hold a hundred thousand unknown fields, or one with a name of 1 MiB.
const mostFields = 50;
const longestName = 100;

/** What is wrong with which field, each with the values it may have. */
export function fieldProblems(errors: readonly VerboseError[]): FieldProblems {
  const problems = new Map<string, Set<string>>();
  for (const error of errors) {
    const [name, problem] = describe(error);
    const known = problems.get(name);
    if (known) known.add(problem);
    else if (problems.size < mostFields) problems.set(name, new Set([problem]));
  }
  return Object.fromEntries([...problems].map(([name, sentences]) => [name, [...sentences]]));
}

function describe({ keyword, instancePath, params, parentSchema }: VerboseError): [name: string, problem: string] {
  if (keyword === 'additionalProperties') {
    const { properties = {} } = parentSchema as ObjectSchema;
    return [String(params.additionalProperty).slice(0, longestName), `is unknown; known are ${Object.keys(properties).join(', ')}`];
  }
  if (keyword === 'required') return [String(params.missingProperty), 'is required'];
  const [, name = 'body'] = instancePath.split('/');
  return [name, allowedOf(parentSchema)];
}

/** What a field may be, in words. */
function allowedOf(schema: FieldSchema | ObjectSchema | undefined): string {
  switch (schema?.type) {
    case 'integer':
      return `must be a whole number${rangeOf(schema)}`;
    case 'number':
      return `must be a number${rangeOf(schema)}`;
    case 'boolean':
      return 'must be true or false';
    case 'string':
      if (schema.enum) return `must be one of ${schema.enum.join(', ')}`;
      return schema.maxLength === undefined ? 'must be a text' : `must be a text of at most ${schema.maxLength} characters`;
    default:
      return 'must be a JSON object';
  }
}

function rangeOf({ minimum, maximum }: FieldSchema): string {
  if (minimum === undefined) return maximum === undefined ? '' : ` up to ${maximum}`;
  return maximum === undefined ? ` from ${minimum}` : ` from ${minimum} to ${maximum}`;
}
