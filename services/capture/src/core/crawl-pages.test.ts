import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalDomain, crawlConflictsOf, isWithin } from './crawl-domain.ts';
import { pagesAmong, pageUrlOf, pathOf } from './crawl-pages.ts';

const among = (...links: string[]) => pagesAmong(links, 'example.com').map((page) => page.replace('https://example.com', ''));

test('pages of the domain and of those below it belong, in their order, each once', () => {
  assert.deepEqual(
    among(
      'https://example.com/b',
      'https://a.b.example.com/',
      'https://example.com/b#part',
      'http://example.com:80/c',
      'https://EXAMPLE.com:443/b',
      'https://example.com/b?',
      'https://notexample.com/',
      'https://example.com.evil.test/',
      'https://example.org/',
      'https://evil.test/?https://example.com/',
    ),
    ['/b', 'https://a.b.example.com/', 'http://example.com/c'],
  );
});

test('what is no page of the web does not belong', () => {
  const none = [
    'javascript:alert(1)',
    'mailto:a@example.com',
    'file:///etc/passwd',
    'data:text/html,x',
    'ftp://example.com/',
    'nonsense',
    '',
  ];
  const hidden = [
    'https://user:word@example.com/',
    'https://evil.test\\@example.com/',
    'https://example.com/a.PDF',
    'https://example.com/a/b.jpg?c',
  ];
  assert.deepEqual(among(...none, ...hidden), []);
  assert.deepEqual(among('https://example.com/pdf', 'https://example.com/a.html', 'https://example.com/v1.2'), [
    '/pdf',
    '/a.html',
    '/v1.2',
  ]);
});

test('URLs that ask for the same are one', () => {
  const same = [
    'https://example.com/~joe/%C3%A9?q=%2F',
    'https://Example.com/%7ejoe/é?q=%2f#x',
    'https://example.com/x/../~joe/%c3%a9?q=%2f',
  ];
  assert.deepEqual(new Set(same.map(pageUrlOf)), new Set(['https://example.com/~joe/%C3%A9?q=%2F']));
  assert.notEqual(pageUrlOf('https://example.com/a'), pageUrlOf('https://example.com/A'));
  assert.notEqual(pageUrlOf('https://example.com/?a=1&b=2'), pageUrlOf('https://example.com/?b=2&a=1'), 'a server may look at their order');
});

test('traps are left alone: ever longer, ever deeper, ever more parameters, the same again and again', () => {
  const [a, deep] = ['a'.repeat(2_000), Array.from({ length: 21 }, (_, n) => n).join('/')];
  const query = Array.from({ length: 11 }, (_, n) => `p${n}=1`).join('&');
  assert.deepEqual(among(`https://example.com/${a}/${a}`, `https://example.com/${deep}`, `https://example.com/?${query}`), []);
  assert.deepEqual(among('https://example.com/a/b/a/b/a/b/a/b/', 'https://example.com/__proto__/constructor'), ['/__proto__/constructor']);
  assert.equal(among(...Array.from({ length: 5_000 }, (_, n) => `https://example.com/${n}`)).length, 1_000);
  assert.equal(pathOf('https://example.com/a?b?c'), 'https://example.com/a');
});

test('an address has no others below it', () => {
  assert.equal(isWithin('127.0.0.1', '127.0.0.1'), true);
  assert.equal(isWithin('1.127.0.0.1', '127.0.0.1'), false);
  assert.equal(isWithin('10.0.0.1', '0.1'), false);
  assert.equal(isWithin('[::1]', '[::1]'), true);
});

test('a crawl stays where it begins: its domain is that of its first page or one above it, and somebody’s', () => {
  const wrong = (startUrl: string, domain: string) => [...crawlConflictsOf({ startUrl, domain })].map(([, says]) => says);
  for (const domain of ['', 'www.example.com', 'example.com', 'Example.COM'])
    assert.deepEqual(wrong('https://www.example.com/', domain), []);
  for (const domain of [
    'example.org',
    'com',
    'a.www.example.com',
    'ample.com',
    'https://example.com',
    'example.com/x',
    'a b',
    '*',
    'evil.test@example.com',
  ])
    assert.equal(wrong('https://www.example.com/', domain).length, 1, domain);
  assert.deepEqual(wrong('http://localhost/', 'localhost'), []);
  assert.deepEqual(wrong('https://www.xn--bcher-kva.example/', 'Bücher.example'), []);
  assert.equal(canonicalDomain('BÜCHER.example'), 'xn--bcher-kva.example');
});
