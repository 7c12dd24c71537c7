import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createLinks } from './create-links.ts';

const key = 'a key of this test';
const expiresAt = 1_800_000_000;
const image = { accountId: 'acme', screenshotId: '00000000-0000-4000-8000-000000000001' };
const links = createLinks({ key, publicUrl: new URL('https://shots.example/base/') });

/** What a link says, as the one who is asked for it reads it. */
function read(url: string) {
  const { pathname, searchParams } = new URL(url);
  const [, account = '', id = ''] = /\/images\/([^/]+)\/(.+)\.\w+$/.exec(pathname) ?? [];
  const [expires = '', signature = ''] = ['expires', 'signature'].map((name) => searchParams.get(name) ?? '');
  return { accountId: decodeURIComponent(account), screenshotId: id, expires, signature };
}

test('a link names its image under the public URL, with the extension of its type', () => {
  const url = links.imageUrl({ ...image, mimeType: 'image/jpeg', expiresAt: expiresAt + 0.9 });
  assert.match(url, /^https:\/\/shots\.example\/base\/images\/acme\/00000000-[-0-9]+\.jpeg\?expires=1800000000&signature=[\w-]{43}$/);
  assert.throws(() => links.imageUrl({ ...image, mimeType: 'image/gif', expiresAt }), TypeError);
});

test('the signature is HMAC-SHA256 over a text that names its purpose', () => {
  const signed = JSON.stringify(['shotwire image link', image.accountId, image.screenshotId, String(expiresAt)]);
  const { signature } = read(links.imageUrl({ ...image, mimeType: 'image/png', expiresAt }));
  assert.equal(signature, createHmac('sha256', key).update(signed).digest('base64url'));
});

test('a link is honoured until its time is over, whatever its account is called', () => {
  for (const accountId of ['acme', 'a/b', 'ü%2F"', 'a","b']) {
    const link = read(links.imageUrl({ ...image, accountId, mimeType: 'image/png', expiresAt }));
    assert.equal(link.accountId, accountId);
    assert.equal(links.verify({ ...link, nowS: expiresAt - 1 }), true);
    assert.equal(links.verify({ ...link, nowS: expiresAt }), false);
  }
});

test('a link with anything changed is not honoured, and neither is one of another key', () => {
  const link = read(links.imageUrl({ ...image, mimeType: 'image/png', expiresAt }));
  const other = read(
    createLinks({ key: `${key}.`, publicUrl: new URL('https://shots.example') }).imageUrl({ ...image, mimeType: 'image/png', expiresAt }),
  );
  const changed = [
    { accountId: 'acmf' },
    { screenshotId: image.screenshotId.replace('1', '2') },
    { expires: String(expiresAt + 1) },
    { expires: `0${expiresAt}` },
    { expires: `${expiresAt}.0` },
    { expires: '' },
    { signature: '' },
    { signature: link.signature.slice(1) },
    { signature: `${link.signature}=` },
    { signature: `${link.signature.slice(0, -1)}é` },
    { signature: other.signature },
  ];
  for (const change of changed) assert.equal(links.verify({ ...link, ...change, nowS: 0 }), false, JSON.stringify(change));
});
