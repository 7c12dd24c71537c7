import fc from 'fast-check';

const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);

/** JSON that has hurt others, as it is written: some of it no JSON.stringify would write. */
export const hostileJson: readonly string[] = [
  'null',
  'true',
  '0',
  '-1',
  '-0',
  '1.5',
  '1e308',
  '1e400',
  '9'.repeat(400),
  '9007199254740993',
  '2147483648',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u202e\\ufeff"',
  '"\\r\\nX-Injected: 1"',
  '"https://a.example/\\r\\nX-Injected: 1"',
  '"javascript:alert(1)"',
  '"file:///etc/passwd"',
  '"http://127.0.0.1:1/"',
  '"http://[::ffff:169.254.169.254]/"',
  '"https://user:pass@example.com/"',
  '"2026-02-30T00:00:00Z"',
  '"0000-00-00T00:00:00Z"',
  '"__proto__"',
  '"constructor"',
  '"../../etc/passwd"',
  `"${'x'.repeat(100_000)}"`,
  `"https://example.com/${'a'.repeat(1_000_000)}"`,
  '[]',
  '{}',
  '[null]',
  '[[]]',
  deep('[', ']', 5_000),
  deep('{"a":', '}', 2_000).replace('}', '1}'),
  `[${'0,'.repeat(5_000)}0]`,
  `{${Array.from({ length: 3_000 }, (_, n) => `"k${n}":1`).join()}}`,
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"toString":1,"hasOwnProperty":1}',
  '{"length":1e9}',
  '{"\\ud800":"x"}',
  '{"\\u0000":"x"}',
  '{"a\\r\\nX-Injected":"1"}',
];

/** Bodies that are none. */
const brokenBodies: readonly (string | Buffer)[] = [
  '',
  ' ',
  '{',
  '}',
  '[',
  '"',
  'nul',
  'NaN',
  "{'url':1}",
  '{"a":1,}',
  '{"a":1}{"b":2}',
  '\ufeff{}',
  '{"__proto__":1}',
  '{"constructor":{"prototype":{}}}',
  '[]',
  'null',
  '"text"',
  '1',
  Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
  Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.alloc(100_000),
  deep('[', '', 100_000),
  `{"url":"https://example.com","html":"${'x'.repeat(3 * 1024 * 1024)}"}`,
  Buffer.alloc(8 * 1024 * 1024 + 1, 0x20),
];

/** A body that is none, or one that was cut off. */
export function brokenBody(valid: fc.Arbitrary<string>): fc.Arbitrary<string | Buffer> {
  const cut = fc.tuple(valid, fc.nat()).map(([text, at]) => text.slice(0, at % Math.max(1, text.length)));
  const stray = fc.tuple(valid, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([text, at, bytes]) => {
    const whole = Buffer.from(text);
    const place = at % (whole.length + 1);
    return Buffer.concat([whole.subarray(0, place), bytes, whole.subarray(place)]);
  });
  return fc.oneof(fc.constantFrom(...brokenBodies), cut, stray);
}

/** Types that a body may claim to be of. */
export const contentTypes: readonly string[] = [
  'text/plain',
  'text/csv',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${'b'.repeat(300)}`,
  'application/json; charset=utf-16',
  'application/json;charset=utf-8',
  'application/json; q="',
  'application/octet-stream',
  'application/jsonp',
  'json',
  ';',
  '*/*',
  'x'.repeat(2_000),
];

/** Headers that are odd and still HTTP. */
export const oddHeaders: readonly Readonly<Record<string, string>>[] = [
  { 'x-request-id': 'a'.repeat(129) },
  { 'x-request-id': '<script>' },
  { traceparent: 'x' },
  { traceparent: '00-00000000000000000000000000000000-0000000000000000-00' },
  { accept: 'image/*' },
  { accept: '\u00ff' },
  { 'accept-encoding': '*;q=0' },
  { 'idempotency-key': 'the same' },
  { 'idempotency-key': '' },
  { 'idempotency-key': 'k'.repeat(256) },
  { 'idempotency-key': '\u00e9' },
  { 'if-none-match': '*' },
  { 'if-none-match': `${'"x",'.repeat(500)}` },
  { range: 'bytes=0-0,5-1' },
  { expect: 'nothing' },
  { prefer: 'wait=-1' },
  { prefer: 'wait=99999999999' },
  { 'last-event-id': '-1' },
  { 'last-event-id': '0' },
  { prefer: 'wait=0, wait=x', accept: 'image/*;q=0.5' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-forwarded-for': "127.0.0.1' or 1=1" },
  { forwarded: 'for=_' },
  { authorization: 'Bearer' },
  { authorization: `Bearer ${'k'.repeat(600)}` },
  { authorization: 'Basic c2tfZnV6ejo=' },
];

/** Parts of a path, as they are written in it. */
export const pathParts: readonly string[] = [
  'nothing',
  '0',
  '-1',
  '%00',
  '%0d%0aX-Injected:%201',
  '..%2f..%2faccount',
  '%2e%2e',
  '%ff',
  '%',
  '%ed%a0%80',
  '__proto__',
  'constructor',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '550e8400-e29b-41d4-a716-446655440000%20',
  "'%20or%20'1'='1",
  'a'.repeat(101),
  'a'.repeat(5_000),
];

/** Queries, as they are written in a URL. */
export const queries: readonly string[] = [
  '=',
  '&&&',
  '__proto__=1',
  '__proto__[x]=1',
  'constructor=1&constructor=2',
  'limit=1&limit=2',
  'limit=1e1',
  'limit=0x10',
  'limit=%00',
  'limit=99999999999999999999',
  'cursor=%00',
  'cursor=LTE',
  'cursor=OTIyMzM3MjAzNjg1NDc3NTgwNw',
  'cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ',
  '%ff=%ff',
  '%',
  'url=%00',
  'tag=%00',
  'external_id=%ed%a0%80',
  'created_from=2026-02-30T00:00:00Z',
  'created_from=275760-09-13T00:00:00Z',
  'from=2026-02-30',
  'from=0000-01-01&to=9999-12-31',
  `q=${'x'.repeat(10_000)}`,
  `tag=${'a'.repeat(3_000)}`,
  Array.from({ length: 1_000 }, (_, n) => `a${n}=1`).join('&'),
];
