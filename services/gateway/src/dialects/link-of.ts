import { instantFromTimestamp, instantToMs, type Screenshot } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Links } from '@shotwire/links';

/** The link that opens the image of a screenshot without a key, for as long as the image is kept. */
export function linkOf({ id, accountId, image }: Screenshot, { links }: { links: Pick<Links, 'imageUrl'> }): string {
  if (!image?.expiresAt) throw new Failure('internal', { cause: new Error('a completed screenshot came without its image') });
  const expiresAt = instantToMs(instantFromTimestamp(image.expiresAt)) / 1000;
  return links.imageUrl({ accountId, screenshotId: id, mimeType: image.mimeType, expiresAt });
}
