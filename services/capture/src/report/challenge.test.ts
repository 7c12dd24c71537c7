import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challengeOf } from './challenge.ts';

const page = { status: 200, title: 'Shop', text: 'Shoes and hats. '.repeat(200), headers: {}, urls: [] as string[] };
const long = page.text;

const cases: readonly [what: string, looks: Partial<typeof page> & { headers?: Record<string, string> }, by: string | null][] = [
  ['an ordinary page', {}, null],
  ['a short page', { text: 'Hello' }, null],
  ['a refused page', { status: 403, title: 'Forbidden', text: 'Forbidden' }, null],
  ['a page with a captcha in a form', { urls: ['https://www.google.com/recaptcha/api.js'] }, null],
  ['an article about bot walls', { text: `Verify you are human. ${long}` }, null],
  ['a header of the wall', { headers: { 'cf-mitigated': 'challenge' } }, 'cloudflare'],
  ['the waiting page', { title: 'Just a moment...', text: 'Checking' }, 'cloudflare'],
  ['a blog post of that title', { title: 'Just a moment of joy', text: long }, null],
  ['a WAF that says so', { status: 202, headers: { 'x-amzn-waf-action': 'challenge' } }, 'aws_waf'],
  ['a captcha and nothing else', { text: 'Please confirm', urls: ['https://js.hcaptcha.com/1/api.js'] }, 'captcha'],
  ['the words alone', { text: 'Please verify you are a human' }, 'words'],
];

for (const [what, looks, by] of cases) {
  test(`${what}: ${by ?? 'no challenge'}`, () => assert.equal(challengeOf({ ...page, ...looks }), by));
}
