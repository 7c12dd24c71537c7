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

/** A picture that is made when its link is first opened. */
export interface Render {
  /** What is to be captured, in the names of the REST API. */
  wish: Readonly<Record<string, unknown>>;
  /** The API key that the link was made with, by its id. */
  keyId: string;
  /** When the link ends, in whole seconds since the epoch. */
  expiresAt: number;
}

/** Links to images that whoever holds them may open, until their time is over. */
export interface Links {
  /** The link to a stored image, up to a moment in seconds since the epoch. Throws on a type that no capture gives. */
  imageUrl(image: Named & { mimeType: string; expiresAt: number }): string;
  /** Whether a link is ours and its time is not over. `expires` and `signature` are the texts of its query, `nowS` is in seconds since the epoch. */
  verify(link: Named & { expires: string; signature: string; nowS: number }): boolean;
  /** The link that renders a wish when it is first opened. The extension is for those who open it. */
  renderUrl(render: Render & { accountId: string; extension: string }): string;
  /** What a link of ours renders; undefined when it is none of this account, or its time is over. */
  verifyRender(link: { accountId: string; token: string; nowS: number }): Render | undefined;
}

/** Makes and honours links that are signed with a key: `/images/{account}/{id}.{ext}?expires=…&signature=…`. */
export function createLinks({ key, publicUrl }: LinkParts): Links {
  const base = `${publicUrl.origin}${publicUrl.pathname.replace(/\/+$/, '')}`;
  // JSON, so that no two links have one text; and a purpose, so that what else may be signed with this key is no link.
  const sign = ({ accountId, screenshotId }: Named, expires: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify(['shotwire image link', accountId, screenshotId, expires]))
      .digest('base64url');

  const signRender = (accountId: string, said: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify(['shotwire render link', accountId, said]))
      .digest('base64url');

  return {
    imageUrl({ mimeType, expiresAt, ...image }) {
      const expires = String(Math.floor(expiresAt));
      const path = `/images/${encodeURIComponent(image.accountId)}/${image.screenshotId}.${extensionOf(mimeType)}`;
      return `${base}${path}?expires=${expires}&signature=${sign(image, expires)}`;
    },
    verify({ expires, signature, nowS, ...image }) {
      return isSame(signature, sign(image, expires)) && nowS < Number(expires);
    },
    renderUrl({ accountId, extension, wish, keyId, expiresAt }) {
      const said = Buffer.from(JSON.stringify({ wish, keyId, expiresAt: Math.floor(expiresAt) })).toString('base64url');
      return `${base}/links/${encodeURIComponent(accountId)}/${said}.${signRender(accountId, said)}.${extension}`;
    },
    verifyRender({ accountId, token, nowS }) {
      const [said = '', signature = '', ...more] = token.split('.');
      // Nothing is read of what is not ours.
      if (more.length > 0 || !isSame(signature, signRender(accountId, said))) return undefined;
      const render = JSON.parse(Buffer.from(said, 'base64url').toString()) as Render;
      return nowS < render.expiresAt ? render : undefined;
    },
  };
}

/** Whether two signatures are one, without telling by the time it takes how much of them is. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
