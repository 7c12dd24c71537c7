import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fieldProblems } from '../schema/field-problems.ts';
import { valuesOfTexts } from '../schema/value-of-text.ts';
import { makeBatch } from './make-batch.ts';
import { operations } from './operations.ts';
import { commonSchema } from './schema.ts';
import { batchFromProto } from './translate.ts';

type CreateParts = Parameters<typeof makeBatch>[0] & {
  /** Where clients reach the API, without a slash at its end. */
  publicUrl: string;
};

/** Makes batches, in whatever language their rows come. */
export function createRoute(app: FastifyInstance, parts: CreateParts): void {
  const { publicUrl } = parts;
  const preValidation = async (request: FastifyRequest) => {
    request.query = valuesOfTexts({ ...(request.query as object) }, commonSchema);
  };
  app.post('/batches', { schema: operations.create, preValidation, attachValidation: true }, async (request, reply) => {
    const problems = fieldProblems(request.validationError?.validation ?? []);
    const batch = await makeBatch(parts, request, request.body, { problems });
    return reply.code(202).header('location', `${publicUrl}/api/v1/batches/${batch.id}`).send(batchFromProto(batch, { publicUrl }));
  });
}
