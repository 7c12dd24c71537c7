import type { IntakeService, Screenshot } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../../http/call-context.ts';
import { artefactOf } from '../../screenshots/kept.ts';
import { sendObject } from '../../screenshots/send-object.ts';
import { good } from './answers.ts';
import { answerCall, type Call } from './call.ts';
import { createScreenshot } from './create-screenshot.ts';
import { findScreenshot } from './find-screenshot.ts';
import { named } from './ids.ts';
import { listReaders, listScreenshots } from './list-screenshots.ts';
import { oneOf, text } from './read.ts';
import { type ShowParts, shownScreenshot } from './shown-screenshot.ts';
import { take } from './take.ts';
import { createThumbnails } from './thumbnail/create-thumbnails.ts';
import { sendThumbnail } from './thumbnail/send-thumbnail.ts';

type ScreenshotCallParts = Parameters<typeof createScreenshot>[0] &
  Omit<Parameters<typeof sendThumbnail>[0], 'intake' | 'thumbnails'> &
  ShowParts & {
    intake: Pick<RpcClient<typeof IntakeService>, 'createScreenshot' | 'getScreenshot' | 'listScreenshots' | 'deleteScreenshot'>;
  };

/** What is said where a result was not asked for. */
const none = {
  html: 'This screenshot has no HTML: create it with html=true.',
  pdf: 'This screenshot has no PDF: create it with pdf=true.',
  video: 'This screenshot has no video: create it with video=true.',
};

/** What a further result is called here. */
function nameOf(result: string, { artefacts }: Screenshot): string {
  if (result !== 'video') return result;
  return artefacts.find(({ name }) => name === 'webm' || name === 'mp4')?.name ?? 'webm';
}

/** `/screenshot/…` */
export function screenshotCalls(scope: FastifyInstance, parts: ScreenshotCallParts): void {
  const { intake } = parts;
  const thumbnails = createThumbnails(parts);
  const contextOf = ({ request, reply }: Call) => ({ ...callContext(request), signal: goneSignal(reply) });
  const find = (call: Call) => findScreenshot(intake, call, take(call.parameters, { id: named }, ['id']).id);

  answerCall(scope, '/screenshot/create', 'capture', async (call) => good(shownScreenshot(await createScreenshot(parts, call), parts)));
  answerCall(scope, '/screenshot/info', 'read', async (call) => good(shownScreenshot(await find(call), parts)));

  answerCall(scope, '/screenshot/list', 'read', async (call) => {
    const wanted = take(call.parameters, listReaders);
    const found = await listScreenshots({ intake, context: contextOf(call) }, wanted);
    return good(found.map((one) => shownScreenshot(one, parts)));
  });

  answerCall(scope, '/screenshot/search', 'read', async (call) => {
    // Their README calls it q, their code url.
    const { q, ...others } = call.parameters;
    const wanted = take(q === undefined ? others : { url: q, ...others }, { ...listReaders, url: text(2048) }, ['url']);
    const found = await listScreenshots({ intake, context: contextOf(call) }, wanted);
    return good(found.map((one) => shownScreenshot(one, parts)));
  });

  answerCall(scope, '/screenshot/thumbnail', 'read', (call) => sendThumbnail({ ...parts, thumbnails }, call));
  for (const [name, says] of Object.entries(none)) {
    answerCall(scope, `/screenshot/${name}`, 'read', async (call) => {
      const screenshot = await find(call);
      const kept = await Promise.try(artefactOf, screenshot, nameOf(name, screenshot)).catch((thrown) => {
        throw Failure.from(thrown).kind === 'not_found' ? new Failure('not_found', { says }) : thrown;
      });
      return sendObject(call.reply, kept, parts);
    });
  }

  answerCall(scope, '/screenshot/delete', 'capture', async (call) => {
    const { id, data = 'all' } = take(call.parameters, { id: named, data: oneOf('image', 'metadata', 'url', 'all') }, ['id']);
    if (data !== 'all') throw new Failure('validation_error', { fields: { data: ['must be all: a screenshot is deleted as a whole'] } });
    const screenshot = await findScreenshot(intake, call, id);
    await intake.deleteScreenshot({ id: screenshot.id }, { context: callContext(call.request) });
    return good(null);
  });
}
