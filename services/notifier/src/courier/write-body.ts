import { type Instant, instantFromTimestamp } from '@shotwire/contract';
import { renderBody } from '../core/body.ts';
import { objectKey } from '../core/object-key.ts';
import type { Unwritten } from '../sql/claim-deliveries.ts';
import { wordingOf } from './letter.ts';

export interface WriterParts {
  /** Where clients reach this installation. */
  publicUrl: URL;
  /** A link to a stored image that works without a key. */
  imageLink: (of: { accountId: string; screenshotId: string; mimeType: string }) => string;
}

/** Writes the bodies that are frozen at one moment: of a webhook the body, of an upload the key of the object. */
export function createWriter({ publicUrl, imageLink }: WriterParts) {
  return (sentAt: Instant) =>
    ({ event, target }: Unwritten): string => {
      if (target.kind !== 's3') return renderBody({ event, ...wordingOf(target), sentAt, publicUrl, imageLink });
      const { screenshot } = event;
      const ended = screenshot?.endedAt ?? event.occurredAt;
      return objectKey(target.pathTemplate, {
        id: screenshot?.id ?? '',
        url: screenshot?.url ?? '',
        tags: screenshot?.tags ?? [],
        endedAt: ended ? instantFromTimestamp(ended) : sentAt,
        ext: /\.([a-z0-9]+)$/.exec(screenshot?.image?.key ?? '')?.[1] ?? 'bin',
      });
    };
}
