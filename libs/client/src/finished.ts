import type { Screenshot } from './gen/api.ts';
import { filled } from './http/call.ts';
import { type Server, send } from './http/send.ts';

interface Reading {
  signal?: AbortSignal;
}

/** A screenshot that has ended, with its image. */
export type Finished = Screenshot & {
  /** The whole image. Throws a ShotwireError where there is none: `NO_IMAGE`, `EXPIRED`. */
  image(reading?: Reading): Promise<Uint8Array<ArrayBuffer>>;
  /** The image as it comes. What breaks off throws where it is read. */
  imageStream(reading?: Reading): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
};

/** How long a whole image may take. */
const imageWithinMs = 120_000;

/** Gives a screenshot its image. */
export function finished(server: Server, screenshot: Screenshot): Finished {
  const asking = ({ signal }: Reading) => ({
    method: 'GET',
    path: filled('/api/v1/screenshots/{id}/image', { id: screenshot.id }),
    signal,
    repeatable: true,
    answerWithinMs: imageWithinMs,
  });
  return {
    ...screenshot,
    image: (reading = {}) => send(server, asking(reading), async (response) => new Uint8Array(await response.arrayBuffer())),
    imageStream: (reading = {}) => send(server, asking(reading), async ({ body }) => body ?? new ReadableStream()),
  };
}

/** Whether nothing will change about a screenshot any more. */
export function hasEnded({ status }: Screenshot): boolean {
  return status !== 'pending' && status !== 'processing';
}
