import { type Cookie, SameSite } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Protocol } from 'puppeteer';
import type { Shot } from './shot.ts';

const words: Readonly<Record<number, Protocol.Network.CookieSameSite>> = {
  [SameSite.STRICT]: 'Strict',
  [SameSite.LAX]: 'Lax',
  [SameSite.NONE]: 'None',
};

/** Gives the page the cookies that it is to find. Failure `invalid_cookie` names one that the browser would not keep for it. */
export async function setCookies({ room: { session }, url, options: { cookies } }: Pick<Shot, 'room' | 'url' | 'options'>): Promise<void> {
  const host = new URL(url).hostname;
  await Promise.all(
    cookies.map(async (cookie) => {
      const refused = (says: string, cause?: unknown) =>
        new Failure('invalid_cookie', { says: `The cookie "${cookie.name}" ${says}.`, cause });
      const domain = cookie.domain.replace(/^\./, '').toLowerCase();
      if (domain !== '' && host !== domain && !host.endsWith(`.${domain}`)) {
        throw refused('is for another domain than that of the page');
      }
      // Chrome takes a domain without a dot for a host: one above the page's would keep the cookie from the page.
      const above = domain !== '' && domain !== host;
      const named = above ? { ...cookie, domain: `.${domain}` } : cookie;
      const { success } = await session.send('Network.setCookie', asChrome(named, url)).catch((cause: unknown) => {
        throw refused('cannot be set for this page', cause);
      });
      if (!success) throw refused('cannot be set for this page');
    }),
  );
}

function asChrome(cookie: Cookie, url: string): Protocol.Network.SetCookieRequest {
  const { name, value = '', domain, path, secure = false, httpOnly = false, sameSite } = cookie;
  const word = sameSite && words[sameSite];
  // Without a domain it is for the host of the URL alone.
  return { url, name, value, path, secure, httpOnly, ...(domain !== '' && { domain }), ...(word && { sameSite: word }) };
}
