import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkUrl, parseAllowEntry } from './index.ts';

function kindOf(text: string, options: { schemes?: string[]; allow?: string[] } = {}): string {
  const allow = (options.allow ?? []).map((entry) => parseAllowEntry(entry) ?? assert.fail(entry));
  const verdict = checkUrl(text, { allow, ...(options.schemes && { schemes: options.schemes }) });
  return verdict.ok ? 'ok' : verdict.kind;
}

test('web pages pass, whatever the spelling of their URL', () => {
  const urls = [
    'http://example.com',
    'HTTPS://EXAMPLE.com:8443/a?b#c',
    'http://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'http://example.com./',
  ];
  for (const url of [...urls, 'https://bücher.example/', 'http://127.0.0.1.example.com/', 'http://localhost.example.com/'])
    assert.equal(kindOf(url), 'ok', url);
});

test('the parsed URL is given back', () => {
  const verdict = checkUrl('HTTP://Example.COM:80/x', { allow: [] });
  assert.ok(verdict.ok);
  assert.equal(verdict.url.href, 'http://example.com/x');
});

test('a loopback address is blocked in every disguise', () => {
  const disguises = [
    'http://127.0.0.1/',
    'HTTP://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://①②⑦.⓪.⓪.①/',
    'http://１２７.０.０.１/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http:\\\\127.0.0.1\\',
    'http:127.0.0.1',
    'http:////127.0.0.1/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://localhost/',
    'http://LOCALHOST:3000/',
    'http://localhost./',
    'http://a.b.localhost/',
    'http://loc\u00adalhost/',
    'http://0/',
    'http://0.0.0.0:8080/',
    'http://[::]/',
  ];
  for (const url of disguises) assert.equal(kindOf(url), 'blocked', url);
});

test('private, link-local and metadata addresses are blocked', () => {
  for (const host of ['10.0.0.1', '192.168.1.1', '172.16.0.1', '169.254.169.254', '100.64.0.1', '[fd00::1]', '[fe80::1]', '168.63.129.16'])
    assert.equal(kindOf(`http://${host}/`), 'blocked', host);
});

test('schemes other than the given ones are not valid', () => {
  const urls = [
    'file:///etc/passwd',
    'ftp://example.com/',
    'view-source:http://example.com',
    'data:text/html,x',
    'blob:http://example.com/1',
  ];
  const more = [
    'javascript:alert(1)',
    'about:blank',
    'chrome://version',
    'ws://example.com/',
    'filesystem:http://example.com/x',
    'httpx://example.com',
  ];
  for (const url of [...urls, ...more]) assert.equal(kindOf(url), 'invalid', url);
  assert.equal(kindOf('http://example.com/', { schemes: ['https:'] }), 'invalid');
  assert.equal(kindOf('ws://example.com/', { schemes: ['ws:', 'wss:'] }), 'ok');
  assert.equal(kindOf('wss://127.0.0.1/', { schemes: ['ws:', 'wss:'] }), 'blocked');
});

test('what is no proper URL is not valid', () => {
  const urls = [
    '',
    'example.com',
    '//example.com/',
    'http://',
    'http:///',
    'http://.',
    'http://../',
    'http://a..b/',
    'http://a../',
    'http://.a/',
  ];
  const hosts = [
    'http://[127.0.0.1]/',
    'http://[example.com]/',
    'http://[fe80::1%25eth0]/',
    'http://1.2.3.4.5/',
    'http://256.1.1.1/',
    'http://a b/',
  ];
  const ports = ['http://example.com:65536/', 'http://example.com:http/', 'http://example.com:-1/'];
  for (const url of [...urls, ...hosts, ...ports]) assert.equal(kindOf(url), 'invalid', url);
});

test('credentials are not valid', () => {
  for (const url of [
    'http://user@example.com/',
    'http://user:secret@example.com/',
    'http://:secret@example.com/',
    'http://example.com@127.0.0.1/',
  ])
    assert.equal(kindOf(url), 'invalid', url);
});

test('control characters are not valid, even where the URL standard drops them', () => {
  for (const character of ['\0', '\t', '\n', '\r', '\u001f', '\u007f', '\u0085'])
    assert.equal(kindOf(`http://exam${character}ple.com/`), 'invalid', JSON.stringify(character));
});

test('a URL may have 2048 characters and no more', () => {
  const url = 'http://example.com/'.padEnd(2048, 'x');
  assert.equal(kindOf(url), 'ok');
  assert.equal(kindOf(`${url}x`), 'invalid');
});

test("ports that are not the web's are blocked", () => {
  for (const port of [22, 25, 1023, 0]) assert.equal(kindOf(`http://example.com:${port}/`), 'blocked', `${port}`);
  for (const port of [80, 443, 8080]) assert.equal(kindOf(`http://example.com:${port}/`), 'ok');
  assert.equal(kindOf('http://example.com:81/', { allow: ['10.0.0.0/8:81'] }), 'ok');
});

test('an exception opens an address, and localhost with it', () => {
  const allow = ['127.0.0.1/32:3000'];
  assert.equal(kindOf('http://127.0.0.1:3000/', { allow }), 'ok');
  assert.equal(kindOf('http://localhost:3000/', { allow }), 'ok');
  assert.equal(kindOf('http://localhost:3001/', { allow }), 'blocked');
  assert.equal(kindOf('http://[::1]:3000/', { allow }), 'blocked');
});

test('the sentence about a blocked address is the same for all of them and names none', () => {
  const verdicts = ['http://127.0.0.1/', 'http://10.1.2.3/', 'http://localhost/', 'http://example.com:22/'].map((url) =>
    checkUrl(url, { allow: [] }),
  );
  const sentences = new Set(verdicts.map((verdict) => (verdict.ok ? 'ok' : verdict.reason)));
  assert.deepEqual([...sentences], ['This address may not be called.']);
});
