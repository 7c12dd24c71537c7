import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { OptionsSchema } from '@shotwire/contract';
import { kindsOfDevice } from './devices.ts';
import { fingerprintOf } from './fingerprint.ts';
import { acceptOptions } from './options.ts';

interface Wish {
  url?: string;
  html?: string;
  markdown?: string;
  options?: MessageInitShape<typeof OptionsSchema>;
}

const page = 'https://example.com/';
const print = ({ url = '', html = '', markdown = '', options = {} }: Wish) =>
  fingerprintOf({ url, html, markdown, options: acceptOptions(create(OptionsSchema, options), kindsOfDevice) }).toString('hex');

test('equal wishes have one fingerprint, however they were written', () => {
  assert.match(print({ url: page }), /^[0-9a-f]{64}$/);
  assert.equal(print({ url: page, options: { width: 1280, blockCookies: true } }), print({ url: page }));
  const headers = { a: '1', b: '2' };
  assert.equal(print({ url: page, options: { headers } }), print({ url: page, options: { headers: { b: '2', a: '1' } } }));
});

test('wishes that differ in anything have two', () => {
  const cookie = { name: 'a', value: '1' };
  const wishes: Wish[] = [
    { url: page },
    { url: `${page}?` },
    { html: page },
    { markdown: page },
    { url: page, options: { width: 1281 } },
    { url: page, options: { headers: { a: '1' } } },
    { url: page, options: { headers: { a: '2' } } },
    { url: page, options: { cookies: [cookie] } },
    { url: page, options: { cookies: [{ ...cookie, value: '2' }] } },
    { url: page, options: { basicAuth: { username: 'u', password: 'p' } } },
    { url: page, options: { basicAuth: { username: 'u', password: 'q' } } },
    { url: page, options: { proxy: 'http://proxy.example:3128' } },
    {
      url: page,
      options: {
        steps: [
          { action: 7, seconds: 1 },
          { action: 4, key: 'Enter' },
        ],
      },
    },
    {
      url: page,
      options: {
        steps: [
          { action: 4, key: 'Enter' },
          { action: 7, seconds: 1 },
        ],
      },
    },
  ];
  assert.equal(new Set(wishes.map(print)).size, wishes.length);
});
