import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRobots } from './robots-rules.ts';

const allows = (text: string, path: string) => readRobots(text).allows(new URL(path, 'https://example.com'));
/** The paths of these that are allowed. */
const allowedOf = (text: string, ...paths: string[]) => paths.filter((path) => allows(text, path));
const everyone = (...rules: string[]) => ['User-agent: *', ...rules].join('\n');

test('the longest rule that fits decides, and of two of a length the one that allows', () => {
  const text = everyone('Disallow: /a', 'Allow: /a/b', 'Disallow: /c', 'Allow: /c');
  assert.deepEqual(allowedOf(text, '/', '/a', '/a/x', '/a/b/x', '/c'), ['/', '/a/b/x', '/c']);
});

test('stars stand for anything, and a dollar for the end', () => {
  const text = everyone('Disallow: /*.php$', 'Disallow: /x*y*z', 'Disallow: /only$', 'Disallow: /*?sort=');
  assert.deepEqual(
    allowedOf(text, '/i.php', '/i.php?a', '/xyz', '/x-y-z', '/xzy', '/only', '/only/not', '/l?sort=1', '/a.phpa.php', '/.php'),
    ['/i.php?a', '/xzy', '/only/not'],
  );
  assert.equal(allows(everyone('Disallow: /ab*ba$'), '/aba'), true, 'parts do not overlap');
  assert.equal(allows(everyone('Disallow: *'), '/'), false);
});

test('a group that names us is taken instead of that for everyone, and groups of one name are one', () => {
  const text =
    'User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: shotWIRE/1.0\nDisallow: /a\n\nUser-agent: Shotwire\nDisallow: /b';
  assert.deepEqual(allowedOf(text, '/', '/a', '/b'), ['/']);
  assert.equal(allows('User-agent: *\nDisallow: /\nUser-agent: shotwire\nDisallow:', '/'), true);
  assert.equal(allows('User-agent: shotwirebot\nDisallow: /', '/'), true, 'another whose name begins with ours');
  assert.equal(allows('User-agent: shotwire\nSitemap: /s\nUser-agent: b\nDisallow: /', '/'), false, 'what is no rule ends no group');
});

test('escapes are compared, and not how they are spelled', () => {
  const text = everyone('Disallow: /caf%c3%a9', 'Disallow: /straße', 'Disallow: /%7Ejoe', 'Disallow: /a%2fb');
  assert.deepEqual(allowedOf(text, '/caf%C3%A9', '/café', '/stra%c3%9fe', '/~joe', '/%7ejoe', '/a/b', '/a%2Fb'), ['/a/b']);
});

test('comments, blanks, other line ends, a mark of byte order and nonsense are read over', () => {
  const text = '\ufeffUSER-AGENT : * # all\r\rnonsense\r\n: \r disallow : /a # and below\r\nallow';
  assert.deepEqual(allowedOf(text, '/a/b', '/b'), ['/b']);
  for (const nothing of ['', '<html>Not found', everyone(), 'Disallow: /', everyone('Disallow:')])
    assert.equal(allows(nothing, '/a'), true);
  assert.equal(allows(everyone('Disallow: /'), '/robots.txt'), true);
});

test('a text that is made to be dear is read and asked in no time', () => {
  const long = `https://example.com/${'a'.repeat(2_000)}`;
  const half = 256 * 1024;
  const texts = [
    `${'user-agent: shotwire\n'.repeat(half / 21)}${'disallow: /b\n'.repeat(half / 13)}`,
    everyone(`Disallow: /${'*a'.repeat(half)}`, `Disallow: /${'a*'.repeat(1_000)}b`),
    everyone(...Array.from({ length: 40_000 }, (_, n) => `Disallow: /*a${n}`)),
    everyone(...Array.from({ length: 250 }, () => `Disallow: /*${'a'.repeat(1_900)}b`)),
    'user-agent'.repeat(50_000),
    ' '.repeat(2 * half),
    `user-agent:${' \t'.repeat(half)}x`,
  ];
  for (const [index, text] of texts.entries()) {
    const begun = performance.now();
    const rules = readRobots(text);
    for (let n = 0; n < 10; n++) assert.equal(rules.allows(new URL(`${long}?${n}`)), true);
    assert.ok(performance.now() - begun < 1_000, `${index}: ${performance.now() - begun} ms`);
  }
});
