import type { ArchiveReader } from '@shotwire/archive';
import type { DeskService, IntakeService, Screenshot } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyReply } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { askDeliveries, toldNothing } from './ask-deliveries.ts';
import { imageOf } from './kept.ts';
import { imageTypes } from './operations.ts';
import { prefersBytes } from './prefers-bytes.ts';
import { requireCompleted } from './require-completed.ts';
import { sendObject } from './send-object.ts';
import { screenshotFromProto } from './translate.ts';
import { type ClosingTail, hasEnded, untilEnded } from './until-ended.ts';

interface SendParts {
  intake: Pick<RpcClient<typeof IntakeService>, 'getScreenshot'>;
  desk: Pick<RpcClient<typeof DeskService>, 'listDeliveries'>;
  tail: ClosingTail;
  archive: ArchiveReader;
  /** Where clients reach the API, without a slash at its end. */
  publicUrl: string;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/**
 * Answers with a screenshot that was made just now: 202 with where it is, or 200 when it has ended within so many seconds, as the request
 * prefers it. Who would rather have the result than JSON is then given that, or the Failure by which there is none.
 */
export async function sendWaited(reply: FastifyReply, made: Screenshot, { waitS, ...parts }: SendParts & { waitS: number | undefined }) {
  const { intake, desk, tail, publicUrl } = parts;
  reply.header('location', `${publicUrl}/api/v1/screenshots/${made.id}`);
  if (waitS === undefined) return reply.code(202).send(screenshotFromProto(made, { told: toldNothing(made), publicUrl }));
  reply.header('preference-applied', `wait=${waitS}`);
  const context = { ...callContext(reply.request), signal: goneSignal(reply) };
  const screenshot = await untilEnded(made.id, { intake, tail, context, signal: context.signal, waitMs: waitS * 1_000 });
  if (!hasEnded(screenshot)) return reply.code(202).send(screenshotFromProto(screenshot, { told: toldNothing(screenshot), publicUrl }));
  if (prefersBytes(reply.request.headers.accept, imageTypes)) return sendObject(reply, imageOf(requireCompleted(screenshot)), parts);
  const toldOf = await askDeliveries({ desk, screenshots: [screenshot], context });
  return reply.send(screenshotFromProto(screenshot, { told: toldOf(screenshot), publicUrl }));
}
