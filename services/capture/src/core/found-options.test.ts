import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { Method, OptionsSchema } from '@shotwire/contract';
import { foundOptions } from './found-options.ts';

const given = create(OptionsSchema, {
  width: 500,
  method: Method.POST,
  body: 'word',
  headers: { 'x-key': 'word' },
  basicAuth: { username: 'a', password: 'word' },
  proxy: 'http://proxy.example:3128',
  cookies: [
    { name: 'own', value: 'word' },
    { name: 'all', value: 'word', domain: '.Example.com' },
    { name: 'safe', value: 'word', domain: 'example.com', secure: true },
    { name: 'www', value: 'word', domain: 'www.example.com' },
  ],
});
const startUrl = 'https://www.example.com/start';
const found = (url: string) => foundOptions(given, { startUrl, url });
const namesOf = ({ cookies }: ReturnType<typeof found>) => cookies.map(({ name }) => name);

test('a page that is found is asked for, and sent nothing', () => {
  for (const url of ['https://www.example.com/a', 'https://shop.example.com/']) {
    const { method, body, width, proxy } = found(url);
    assert.deepEqual([method, body, width, proxy], [Method.GET, '', 500, 'http://proxy.example:3128']);
  }
});

test('secrets go to the site that was named, and to no other below its domain', () => {
  const same = found('https://www.example.com/a');
  assert.deepEqual([same.headers['x-key'], same.basicAuth?.password, namesOf(same).length], ['word', 'word', 4]);
  const other = found('https://evil.example.com/');
  assert.deepEqual([other.headers, other.basicAuth, namesOf(other)], [{}, undefined, ['all', 'safe']]);
  for (const url of ['http://www.example.com/a', 'https://www.example.com:8443/']) assert.deepEqual(found(url).headers, {}, url);
  assert.deepEqual(namesOf(found('http://www.example.com/a')), ['all', 'www']);
  assert.equal(given.headers['x-key'], 'word');
});
