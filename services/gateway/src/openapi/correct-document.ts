import type { SwaggerTransformObject } from '@fastify/swagger';

type Given = Parameters<SwaggerTransformObject>[0];
type Content = Record<string, { schema: object }>;
interface Operation {
  requestBody?: { required?: boolean; content?: Content };
  'x-body-optional'?: boolean;
  'x-bodies'?: Readonly<Record<string, object>>;
}

/** What the generator cannot say of a route: bodies of several types, a body that may be left out, and that HEAD is GET without one. */
export function correctDocument(given: Given): ReturnType<SwaggerTransformObject> {
  if (!('openapiObject' in given)) throw new TypeError('the document is one of OpenAPI 3');
  const { openapiObject } = given;
  for (const item of Object.values(openapiObject.paths ?? {})) {
    delete item?.head;
    for (const operation of Object.values(item ?? {}) as Operation[]) {
      if (operation['x-body-optional'] && operation.requestBody) operation.requestBody.required = false;
      delete operation['x-body-optional'];
      const bodies = operation['x-bodies'];
      if (bodies) operation.requestBody = { required: true, content: contentOf(bodies) };
      delete operation['x-bodies'];
    }
  }
  return openapiObject;
}

/** Bodies by their types; components are named as in the document. */
function contentOf(bodies: Readonly<Record<string, { $ref?: string }>>): Content {
  const named = ({ $ref, ...schema }: { $ref?: string }) => ($ref ? { $ref: `#/components/schemas/${$ref.slice(0, -1)}` } : schema);
  return Object.fromEntries(Object.entries(bodies).map(([type, schema]) => [type, { schema: named(schema) }]));
}
