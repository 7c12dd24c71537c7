import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '@shotwire/contract';
import { objectKey, templateProblem } from './object-key.ts';

const id = '550e8400-e29b-41d4-a716-446655440000';
const told = {
  id,
  url: 'https://Shop.Example.com:8443/a?b#c',
  tags: ['spring sale', 'b'],
  endedAt: '2026-03-09T10:30:05.999999Z' as Instant,
  ext: 'png',
};
const keyOf = (template: string, given: Partial<typeof told> = {}) => objectKey(template, { ...told, ...given });

test('a template is filled with the page, the time in UTC and the first tag', () => {
  assert.equal(keyOf('{domain}/{id}.{ext}'), `shop.example.com/${id}.png`);
  assert.equal(keyOf('archive/{yyyy}/{mm}/{dd}/{hh}-{ii}-{ss}_{tag}.{ext}'), 'archive/2026/03/09/10-30-05_spring-sale.png');
  assert.equal(keyOf('Ordner ä/latest.png'), 'Ordner ä/latest.png');
});

test('what is not there is none', () => {
  assert.equal(keyOf('{domain}/{tag}', { url: '', tags: [] }), 'none/none');
});

for (const evil of [
  '../../etc',
  '..',
  '.',
  '/',
  '//',
  '\\',
  '\\..\\',
  '%2e%2e',
  '{id}',
  '{domain}',
  'a/../b',
  '\u0000',
  '\r\nx',
  '\u202e',
  '\ud800',
  '$&',
  '',
  ' ',
])
  test(`a tag ${JSON.stringify(evil)} stays within its place`, () => {
    for (const template of ['a/{tag}/{id}.png', 'a/.{tag}.{tag}/{id}.png', 'a/{tag}{tag}/{id}.png']) {
      assert.equal(templateProblem(template), undefined);
      const key = keyOf(template, { tags: [evil] });
      const [first, second, third, ...more] = key.split('/');
      assert.deepEqual([first, third, more], ['a', `${id}.png`, []], key);
      assert.match(second ?? '', /^[\p{L}\p{M}\p{N}._-]+$/u);
      assert.doesNotMatch(second ?? '', /^\.*$|\.\./);
      assert.ok(new URL(key, 'https://s3.test/bucket/').pathname.startsWith('/bucket/a/'), key);
    }
  });

test('a host cannot either', () => {
  for (const url of ['http://../', 'http://[::1]/', 'http://a..b/', 'http://%2e%2e/', 'http://.../', 'nothing', 'data:,x']) {
    const [host, rest, ...more] = keyOf('{domain}/x', { url }).split('/');
    assert.match(host ?? '', /^[a-z0-9-]([a-z0-9.-]*[a-z0-9-])?$/, url);
    assert.doesNotMatch(host ?? '', /\.\./);
    assert.deepEqual([rest, more], ['x', []]);
  }
});

test('dots of a tag do not meet those of a template', () => {
  assert.equal(keyOf('{tag}.{ext}', { tags: ['.a...b.'] }), 'a.b.png');
});

test('tags of other languages stay apart', () => {
  assert.equal(keyOf('{tag}', { tags: ['gro\u0308ße'] }), 'größe');
  assert.equal(keyOf('{tag}', { tags: ['größe/東京'] }), 'größe-東京');
  const long = keyOf('{tag}', { tags: ['東'.repeat(64)] });
  assert.equal(long, '東'.repeat(21));
});

for (const template of ['{id}', '{domain}/{id}.{ext}', 'a b/{yyyy}-{mm}/x', 'x', '.hidden/{id}', 'a..b/{id}'])
  test(`${template} is a template`, () => assert.equal(templateProblem(template), undefined));

const problems: readonly [string, RegExp][] = [
  ['', /be empty/],
  ['/{id}', /begin or end with a slash/],
  ['{id}/', /begin or end with a slash/],
  ['a//{id}', /two in a row/],
  ['../{id}', /no \. and no \.\./],
  ['a/./{id}', /no \. and no \.\./],
  ['a/..', /no \. and no \.\./],
  ['%2e%2e/{id}', /no %/],
  ['%2{tag}/{id}', /no %/],
  ['a\\{id}', /no backslash/],
  ['a\n{id}', /control characters/],
  ['a\u0085{id}', /control characters/],
  ['\ud800{id}', /control characters/],
  ['{name}', /no variable but \{id\} \{domain\}/],
  ['{}', /no variable but/],
  ['{toString}', /no variable but/],
  ['{id', /braces in pairs/],
  ['id}', /braces in pairs/],
  ['{{id}}', /braces in pairs/],
  ['{domain}'.repeat(5), /no more than 1024 bytes/],
  [`${'ä'.repeat(500)}{id}`, /no more than 1024 bytes/],
];
for (const [template, problem] of problems)
  test(`${JSON.stringify(template.slice(0, 20))} is none`, () => assert.match(templateProblem(template) ?? '', problem));

test('a key has 1024 bytes at most, whatever its template is filled with', () => {
  const template = `{domain}/{domain}/{domain}/{tag}/${'x'.repeat(130)}/{id}`;
  assert.equal(templateProblem(template), undefined);
  const key = keyOf(template, { url: `https://${`${'a'.repeat(63)}.`.repeat(8)}com/`, tags: ['東'.repeat(64)] });
  assert.ok(Buffer.byteLength(key) <= 1024);
  assert.ok(key.endsWith(id));
});
