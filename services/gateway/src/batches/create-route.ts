import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fieldProblems } from '../schema/field-problems.ts';
import { valuesOfTexts } from '../schema/value-of-text.ts';
import { acceptBodies, readSent } from './bodies/accept-bodies.ts';
import { makeBatch } from './make-batch.ts';
import { operations } from './operations.ts';
import { commonSchema } from './schema.ts';
import { batchFromProto } from './translate.ts';

type CreateParts = Parameters<typeof makeBatch>[0] & {
  /** Where clients reach the API, without a slash at its end. */
  publicUrl: string;
};

/** Makes batches, in whatever language their rows come. What holds for all of them may be in the query too. */
export function createRoute(app: FastifyInstance, parts: CreateParts): void {
  const { publicUrl } = parts;
  const preValidation = async (request: FastifyRequest) => {
    request.query = valuesOfTexts({ ...(request.query as object) }, commonSchema);
  };
  app.register((scope, _, done) => {
    acceptBodies(scope);
    scope.post('/batches', { schema: operations.create, preValidation, attachValidation: true }, async (request, reply) => {
      const inQuery = fieldProblems(request.validationError?.validation ?? []);
      const { body, problems, ...sent } = await readSent(request);
      const whole = isObject(body) ? { ...(request.query as object), ...body } : body;
      const batch = await makeBatch(parts, request, whole, { ...sent, problems: { ...problems, ...inQuery } });
      return reply.code(202).header('location', `${publicUrl}/api/v1/batches/${batch.id}`).send(batchFromProto(batch, { publicUrl }));
    });
    done();
  });
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
