import type { FieldProblems } from '@shotwire/failures';
import type { FastifySchemaValidationError } from 'fastify';
import type { FieldSchema, ObjectSchema } from './field-schema.ts';

/** An error of ajv with `verbose` on. */
type VerboseError = FastifySchemaValidationError & { parentSchema?: FieldSchema | ObjectSchema };

// A body of 8 MiB can hold a hundred thousand unknown fields, or one with a name of 8 MiB.
const mostFields = 50;
const longestName = 100;

/** What is wrong with which field, each with the values it may have. */
export function fieldProblems(errors: readonly VerboseError[]): FieldProblems {
  const problems = new Map<string, Set<string>>();
  const told = new Set<string>();
  for (const error of errors) {
    const [name, problem] = describe(error, told);
    const known = problems.get(name);
    if (known) known.add(problem);
    else if (problems.size < mostFields) problems.set(name, new Set([problem]));
  }
  return Object.fromEntries([...problems].map(([name, sentences]) => [name, [...sentences]]));
}

/** `told` are the places whose known fields were named already: the list is long, so it is given once for each. */
function describe({ keyword, instancePath, params, parentSchema }: VerboseError, told: Set<string>): [name: string, problem: string] {
  const path = nameOf(instancePath);
  const inside = (name: unknown) => (path === 'body' ? String(name) : `${path}.${name}`).slice(0, longestName);
  if (keyword === 'additionalProperties') {
    const { properties = {} } = parentSchema as ObjectSchema;
    const known = told.has(path) ? '' : `; known are ${Object.keys(properties).join(', ')}`;
    told.add(path);
    return [inside(params.additionalProperty), `is unknown${known}`];
  }
  if (keyword === 'required') return [inside(params.missingProperty), 'is required'];
  return [path, (keyword === 'pattern' && parentSchema?.['x-pattern-says']) || allowedOf(parentSchema)];
}

/** A place in the body as people write it: `/cookies/0/name` is `cookies[0].name`. */
function nameOf(instancePath: string): string {
  const parts = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const path = parts.map((part, at) => (/^\d+$/.test(part) ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');
  return path.slice(0, longestName) || 'body';
}

/** What a field may be, in words. */
function allowedOf(schema: FieldSchema | ObjectSchema | undefined): string {
  if (schema && typeof schema.type !== 'string') return schema.type.map((type) => allowedOf({ ...schema, type })).join(', or ');
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
    case 'array':
      return schema.maxItems === undefined ? 'must be a list' : `must be a list of at most ${schema.maxItems} entries`;
    default:
      return schema?.maxProperties === undefined
        ? 'must be a JSON object'
        : `must be a JSON object of at most ${schema.maxProperties} entries`;
  }
}

function rangeOf({ minimum, maximum }: FieldSchema): string {
  if (minimum === undefined) return maximum === undefined ? '' : ` up to ${maximum}`;
  return maximum === undefined ? ` from ${minimum}` : ` from ${minimum} to ${maximum}`;
}
