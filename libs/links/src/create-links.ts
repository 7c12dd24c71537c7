import { createHmac, timingSafeEqual } from 'node:crypto';
import { extensionOf } from '@shotwire/contract';

interface LinkParts {
  /** See {@link linksSettings}. */
  key: string;
  /** Where clients reach the API. */
  publicUrl: URL;
}

interface Named {
  accountId: string;
  screenshotId: string;
}

/** Links to images that whoever holds them may open, until their time is over. */
export interface Links {
  /** The link to a stored image, up to a moment in seconds since the epoch. Throws on a type that no capture gives. */
  imageUrl(image: Named & { mimeType: string; expiresAt: number }): string;
  /** Whether a link is ours and its time is not over. `expires` and `signature` are the texts of its query, `nowS` is in seconds since the epoch. */
  verify(link: Named & { expires: string; signature: string; nowS: number }): boolean;
}

/** Makes and honours links that are signed with a key: `/images/{account}/{id}.{ext}?expires=…&signature=…`. */
export function createLinks({ key, publicUrl }: LinkParts): Links {
  const base = `${publicUrl.origin}${publicUrl.pathname.replace(/\/+$/, '')}`;
  // JSON, so that no two links have one text; and a purpose, so that what else may be signed with this key is no link.
  const sign = ({ accountId, screenshotId }: Named, expires: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify(['shotwire image link', accountId, screenshotId, expires]))
      .digest('base64url');

  return {
    imageUrl({ mimeType, expiresAt, ...image }) {
      const expires = String(Math.floor(expiresAt));
      const path = `/images/${encodeURIComponent(image.accountId)}/${image.screenshotId}.${extensionOf(mimeType)}`;
      return `${base}${path}?expires=${expires}&signature=${sign(image, expires)}`;
    },
    verify({ expires, signature, nowS, ...image }) {
      const [given, expected] = [Buffer.from(signature), Buffer.from(sign(image, expires))];
      return given.length === expected.length && timingSafeEqual(given, expected) && nowS < Number(expires);
    },
  };
}
