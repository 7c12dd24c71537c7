import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Described, Document } from '../../services/gateway/src/openapi/operations-of.fixture.ts';
import type { Came } from './send-request.ts';

/** Says whether an answer is one that the document has; throws with what is wrong. */
export type Judge = (operation: Described, came: Came) => void;

/** A judge by this document. What the document leaves open for later is closed here: a field that it does not name is a mistake. */
export function createJudge({ components }: Document): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', components: closed(components) as object });
  const compiled = new Map<object, ValidateFunction>();

  function validatorOf(schema: object): ValidateFunction {
    const known = compiled.get(schema);
    if (known) return known;
    const made = ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/components/', '"document#/components/')));
    compiled.set(schema, made);
    return made;
  }

  return ({ operation }, { status, headers, body }) => {
    assert.ok(status < 500, `${status}: ${body.slice(0, 500)}`);
    const described = operation.responses[status];
    assert.ok(described, `${status} is not in the document, which has ${Object.keys(operation.responses)}: ${body.slice(0, 500)}`);
    const [type = ''] = String(headers['content-type'] ?? '').split(';');
    if (!described.content) return assert.equal(body, '', `${status} has no body`);
    const media = described.content[type];
    assert.ok(media, `${type} is not a type of ${status}`);
    if (type !== 'application/json') return;
    const answer = JSON.parse(body) as { error: { status: number }; request_id: string };
    const validate = validatorOf(media.schema);
    assert.ok(validate(answer), `${JSON.stringify(validate.errors?.slice(0, 3))}: ${body.slice(0, 500)}`);
    if (status < 400) return;
    assert.equal(answer.error.status, status);
    assert.equal(answer.request_id, headers['x-request-id']);
  };
}

/** A schema with every object of named fields closed. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isShape = inner.type !== undefined && typeof inner.properties === 'object' && inner.additionalProperties === undefined;
  return isShape ? { ...inner, additionalProperties: false } : inner;
}
