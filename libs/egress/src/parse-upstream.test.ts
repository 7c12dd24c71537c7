import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseUpstream } from './parse-upstream.ts';

const upstreamOf = (text: string) => {
  const verdict = parseUpstream(text);
  return verdict.ok ? verdict.upstream : verdict.reason;
};

test('a proxy is a host and a port, with or without credentials', () => {
  assert.deepEqual(upstreamOf('http://proxy.example:3128'), { host: 'proxy.example', port: 3128 });
  assert.deepEqual(upstreamOf('HTTP://Proxy.Example.:3128/'), { host: 'proxy.example', port: 3128 });
  assert.deepEqual(upstreamOf('http://proxy.example'), { host: 'proxy.example', port: 80 });
  assert.deepEqual(upstreamOf('http://[2606:4700::1111]:8080'), { host: '2606:4700::1111', port: 8080 });
  assert.deepEqual(upstreamOf('http://0x7F.1:8080'), { host: '127.0.0.1', port: 8080 });
  assert.deepEqual(upstreamOf('http://me:se%3Acret%40@proxy.example:3128'), {
    host: 'proxy.example',
    port: 3128,
    username: 'me',
    password: 'se:cret@',
  });
  assert.deepEqual(upstreamOf('http://token@proxy.example:3128'), { host: 'proxy.example', port: 3128, username: 'token', password: '' });
});

test('anything else is refused with the reason', () => {
  for (const [text, reason] of [
    ['https://proxy.example:3128', /Only http/],
    ['socks5://proxy.example:1080', /Only http/],
    ['file:///etc/passwd', /Only http/],
    ['proxy.example:3128', /must begin with http/],
    ['//proxy.example:3128', /must begin with http/],
    ['http:proxy.example:3128', /must begin with http/],
    ['http:\\\\proxy.example:3128', /must begin with http/],
    ['', /must begin with http/],
    ['http://', /no valid host/],
    ['http://:3128', /no valid host/],
    ['http://me:secret@', /no valid host/],
    ['http://proxy.example:0', /no valid host/],
    ['http://proxy.example:65536', /no valid host/],
    ['http://proxy.example:http', /no valid host/],
    ['http://[fe80::1%25eth0]:3128', /no valid host/],
    ['http://a..b:3128', /no valid host/],
    ['http://proxy.example:3128/path', /must end after/],
    ['http://proxy.example:3128?query', /must end after/],
    ['http://proxy.example:3128#hash', /must end after/],
    ['http://%zz:x@proxy.example:3128', /percent-encoding/],
    ['http://me:a%0D%0Ab@proxy.example:3128', /control characters/],
    ['http://me%3Ayou:x@proxy.example:3128', /colon/],
    ['http://proxy\n.example:3128', /control characters/],
    [`http://${'x'.repeat(2048)}`, /longer than/],
  ] as const)
    assert.match(String(upstreamOf(text)), reason, text.slice(0, 60));
});

test('the reason never repeats the credentials', () => {
  for (const text of ['https://me:secret@proxy.example', 'http://me:secret@', 'http://me:secret@h/x', 'http://me:secret%zz@h'])
    assert.doesNotMatch(String(upstreamOf(text)), /secret/);
});
