import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { Format, fromWords, OptionsSchema, StepAction, toWords, withoutSecrets } from './index.ts';

const words = {
  format: 'pdf',
  also: ['html', 'png'],
  block_urls: ['*.woff'],
  steps: [{ action: 'click', selector: '#more', timeout: 2 }],
  headers: { 'x-one': '1' },
  cookies: [{ name: 'a', value: 'b', same_site: 'lax' }],
  pdf: { paper: 'letter', landscape: true },
};

test('words become a message and the message the same words', () => {
  const options = fromWords(OptionsSchema, words);
  assert.equal(options.format, Format.PDF);
  assert.deepEqual(options.also, [Format.HTML, Format.PNG]);
  assert.equal(options.steps[0]?.action, StepAction.CLICK);
  assert.deepEqual(toWords(OptionsSchema, options), words);
});

test('secrets are left out, and stay in the original', () => {
  const options = create(OptionsSchema, {
    width: 400,
    proxy: 'http://a:b@example.com:3128',
    body: 'x',
    basicAuth: { username: 'u', password: 'p' },
  });
  assert.deepEqual(toWords(OptionsSchema, withoutSecrets(OptionsSchema, options)), { width: 400 });
  assert.equal(options.basicAuth?.password, 'p');
});
