import type { SwaggerTransformObject } from '@fastify/swagger';

type Given = Parameters<SwaggerTransformObject>[0];
type Operation = { requestBody?: { required?: boolean }; 'x-body-optional'?: boolean };

/** What the generator cannot say of a route: a body that may be left out, and that HEAD is GET without one. */
export function correctDocument(given: Given): ReturnType<SwaggerTransformObject> {
  if (!('openapiObject' in given)) throw new TypeError('the document is one of OpenAPI 3');
  const { openapiObject } = given;
  for (const item of Object.values(openapiObject.paths ?? {})) {
    delete item?.head;
    for (const operation of Object.values(item ?? {}) as Operation[]) {
      if (operation['x-body-optional'] && operation.requestBody) operation.requestBody.required = false;
      delete operation['x-body-optional'];
    }
  }
  return openapiObject;
}
