import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinks } from './create-links.ts';

const publicUrl = new URL('https://shots.example/base/');
const links = createLinks({ key: 'a key of this test', publicUrl });
const expiresAt = 1_800_000_000;
const wish = { url: 'https://example.com/ü?a=b', width: 800 };
const keyId = '0f8fad5b-d9cb-469f-a165-70867728950e';
const render = { accountId: 'acme', wish, keyId, expiresAt, extension: 'png' };

/** What a link says, as the one who is asked for it reads it. */
function read(url: string) {
  const [, account = '', token = ''] = /^https:\/\/shots\.example\/base\/links\/([^/]+)\/([\w.-]+)\.png$/.exec(url) ?? [];
  return { accountId: decodeURIComponent(account), token };
}

test('a render link gives back the wish it was made of, until its time is over, whatever its account is called', () => {
  for (const accountId of ['acme', 'a/b', 'ü%2F"']) {
    const link = read(links.renderUrl({ ...render, accountId }));
    assert.equal(link.accountId, accountId);
    assert.deepEqual(links.verifyRender({ ...link, nowS: expiresAt - 1 }), { wish, keyId, expiresAt });
    assert.equal(links.verifyRender({ ...link, nowS: expiresAt }), undefined);
  }
});

test('a render link with anything changed renders nothing, and neither does one of another key or of an image', () => {
  const { accountId, token } = read(links.renderUrl(render));
  const [said = '', signature = ''] = token.split('.');
  const later = Buffer.from(JSON.stringify({ wish, keyId, expiresAt: expiresAt + 1 })).toString('base64url');
  const image = links.imageUrl({ accountId, screenshotId: said, mimeType: 'image/png', expiresAt });
  const tokens = [
    '',
    '.',
    said,
    `${said}.`,
    `.${signature}`,
    `${later}.${signature}`,
    `${said}.${signature}=`,
    `${said}.${signature}.`,
    `${said}=.${signature}`,
    `${said}.${new URL(image).searchParams.get('signature')}`,
    read(createLinks({ key: 'a key of this test.', publicUrl }).renderUrl(render)).token,
  ];
  for (const changed of tokens) assert.equal(links.verifyRender({ accountId, token: changed, nowS: 0 }), undefined, changed);
  assert.equal(links.verifyRender({ accountId: 'acmf', token, nowS: 0 }), undefined);
});
