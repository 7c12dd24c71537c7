import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { StepAction } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../../capture.fixture.ts';
import type { ChromeCamera } from '../open-chrome.ts';

let site: Site;
let camera: ChromeCamera;

before(async () => {
  site = await startSite();
  camera = await openTestCamera();
});
after(async () => {
  await camera[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

/** An option that ends a capture, the page that it ends, and one that it lets be. */
interface Row {
  option: string;
  page?: string;
  options: SomeOptions;
  kind: string;
  says: RegExp;
  /** The same page passes with these, or another page with the same options. */
  passes?: { page?: string; options?: SomeOptions };
}

const step = (action: StepAction, selector: string, more = {}) => ({ action, selector, timeout: 0.5, ...more });
const form = '/step-form.html';

const rows: readonly Row[] = [
  {
    option: 'fail_on_status',
    page: '/status/404',
    options: { failOnStatus: ['404'] },
    kind: 'status_refused',
    says: /404/,
    passes: { page: '/status/403' },
  },
  {
    option: 'fail_on_status, a range',
    page: '/redirect?to=/status/503',
    options: { failOnStatus: ['500-599'] },
    kind: 'status_refused',
    says: /503/,
    passes: { page: '/status/404' },
  },
  {
    option: 'fail_if_text',
    options: { failIfText: ['absent', 'All is well'] },
    kind: 'text_found',
    says: /"All is well"/,
    passes: { options: { failIfText: ['secretly'] } },
  },
  {
    option: 'fail_if_text_missing',
    options: { failIfTextMissing: ['All is well', 'secretly'] },
    kind: 'text_missing',
    says: /"secretly"/,
    passes: { options: { failIfTextMissing: ['Sold out'] } },
  },
  {
    option: 'fail_if_selector',
    options: { failIfSelector: ['.fine', '.error'] },
    kind: 'selector_found',
    says: /"\.error"/,
    passes: { options: { failIfSelector: ['.fine'] } },
  },
  {
    option: 'fail_on_console_error',
    page: '/step-wrong.html?error',
    options: { failOnConsoleError: true },
    kind: 'console_error',
    says: /the cart is broken 7/,
    passes: { page: '/step-wrong.html?log' },
  },
  {
    option: 'fail_on_console_error, an exception',
    page: '/step-wrong.html?throw',
    options: { failOnConsoleError: true },
    kind: 'console_error',
    says: /nobody catches me/,
    passes: { page: '/step-wrong.html' },
  },
  {
    option: 'fail_on_request_failed',
    options: { failOnRequestFailed: ['*/other', '*/status/500*'] },
    kind: 'request_failed',
    says: /\/status\/500\?picture answered 500/,
    passes: { options: { failOnRequestFailed: ['*/other'] } },
  },
  {
    option: 'fail_on_request_failed, without an answer',
    page: '/private-image?src=http://127.0.0.1:1/picture',
    options: { failOnRequestFailed: ['*/picture'] },
    kind: 'request_failed',
    says: /127\.0\.0\.1:1\/picture ERR_/,
  },
  { option: 'hide_selectors', options: { hideSelectors: ['p', 'p['] }, kind: 'invalid_selector', says: /hide_selectors: "p\["/ },
  { option: 'mask_selectors, left open', options: { maskSelectors: ['p /* '] }, kind: 'invalid_selector', says: /mask_selectors/ },
  { option: 'hide_selectors, more than one', options: { hideSelectors: ['a {} p'] }, kind: 'invalid_selector', says: /hide_selectors/ },
  { option: 'wait_for_selector', options: { waitForSelector: '>>> p' }, kind: 'invalid_selector', says: /wait_for_selector/ },
  { option: 'fail_if_selector', options: { failIfSelector: ['::-p-text(x)'] }, kind: 'invalid_selector', says: /fail_if_selector/ },
  { option: 'steps', options: { steps: [step(StepAction.CLICK, '##')] }, kind: 'invalid_selector', says: /steps\[0\]: "##"/ },
  { option: 'wait_for_function', options: { waitForFunction: 'a b' }, kind: 'wait_failed', says: /SyntaxError/ },
  { option: 'js', options: { js: 'await null; window.nothing.here' }, kind: 'script_failed', says: /TypeError: .*here/ },
  { option: 'js, at once', options: { js: 'throw { code: 7 }' }, kind: 'script_failed', says: /Object/ },
  {
    option: 'steps, an element that is not there',
    page: form,
    options: { steps: [step(StepAction.HOVER, '#over'), step(StepAction.CLICK, '#nothing')] },
    kind: 'step_failed',
    says: /^Step 2, click "#nothing": not done after 0\.5 seconds\.$/,
  },
  {
    option: 'steps, an element that is hidden',
    page: form,
    options: { steps: [step(StepAction.CLICK, '#hidden')] },
    kind: 'step_failed',
    says: /Step 1, click "#hidden"/,
  },
  {
    option: 'steps, a value that is no choice',
    page: form,
    options: { steps: [step(StepAction.SELECT, '#colour', { values: ['green'] })] },
    kind: 'step_failed',
    says: /Step 1, select "#colour": it has none of these values\./,
    passes: { page: form, options: { steps: [step(StepAction.SELECT, '#colour', { values: ['red'] })] } },
  },
  {
    option: 'steps, a key that is none',
    page: form,
    options: { steps: [step(StepAction.PRESS, '', { key: 'Foo' })] },
    kind: 'step_failed',
    says: /Step 1, press: Unknown key: "Foo"/,
  },
  {
    option: 'cookies, of another domain',
    options: { cookies: [{ name: 'a', value: '1', domain: 'example.com' }] },
    kind: 'invalid_cookie',
    says: /"a" is for another domain/,
  },
  {
    option: 'cookies, that no browser keeps',
    options: { cookies: [{ name: '__Host-a', value: '1', path: '/there' }] },
    kind: 'invalid_cookie',
    says: /"__Host-a" cannot be set/,
  },
];

async function endOf(page: string, options: SomeOptions): Promise<{ kind: string; says: string }> {
  const order = { id: 'test', accountId: 'acme', url: new URL(page, site.url).href, options: optionsOf(options) };
  const picture = camera.shoot(order, AbortSignal.timeout(30_000));
  return await picture.then(
    () => ({ kind: 'picture', says: '' }),
    (thrown: unknown) => (thrown instanceof Failure ? { kind: thrown.kind, says: thrown.message } : { kind: String(thrown), says: '' }),
  );
}

for (const { option, page = '/step-wrong.html', options, kind, says, passes } of rows) {
  test(`${option}: a capture ends with ${kind}`, async () => {
    const ended = await endOf(page, options);
    assert.equal(ended.kind, kind, ended.says);
    assert.match(ended.says, says);
    if (passes) assert.equal((await endOf(passes.page ?? page, passes.options ?? options)).kind, 'picture');
  });
}

test('a click that leads to an address that may not be called ends the capture', async () => {
  const ended = await endOf(form, { steps: [step(StepAction.CLICK, '#bad')] });
  assert.equal(ended.kind, 'blocked_url');
});

test('a page that answers never fails also where what is there would do; one that never ends is taken as it is', async () => {
  assert.equal((await endOf('/hang', { bestAttempt: true, timeout: 1 })).kind, 'timeout');
  assert.equal((await endOf('/half', { bestAttempt: true, timeout: 3 })).kind, 'picture');
  assert.equal((await endOf('/plain.html', { bestAttempt: true, timeout: 3, waitForSelector: '#never' })).kind, 'picture');
});
