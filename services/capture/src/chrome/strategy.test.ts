import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Method, StepAction, WaitUntil } from '@shotwire/contract';
import { optionsOf } from '../capture.fixture.ts';
import { isNoWorse, patiently } from './strategy.ts';

const options = optionsOf({ blockAds: true });
const fine = { strategy: 'plain', blank: false, challenge: false, error: null } as const;
const blank = { ...fine, blank: true };
const challenge = { ...fine, challenge: true };

test('a picture that shows something is not tried again', () => {
  assert.equal(patiently(options, fine, 30_000), undefined);
});

test('a blank one is tried with patience, within the time that is left, and what the client asked for is kept', () => {
  const second = patiently(options, blank, 8_000);
  assert.ok(second);
  assert.deepEqual([second.waitUntil, second.stable, second.bestAttempt, second.blockCookies], [WaitUntil.NETWORKIDLE0, true, true, false]);
  assert.equal(second.blockAds, true);
  assert.ok(second.timeout + second.delay <= 7);
});

test('a bot wall is given time to let us pass', () => {
  assert.equal(patiently(options, challenge, 60_000)?.delay, 5);
});

test('what a page was asked to do is not done twice', () => {
  assert.equal(patiently(optionsOf({ method: Method.POST, body: 'buy=1' }), blank, 30_000), undefined);
  assert.equal(patiently(optionsOf({ steps: [{ action: StepAction.CLICK, selector: '#buy' }] }), blank, 30_000), undefined);
  assert.equal(patiently(optionsOf({ js: 'document.forms[0].submit()' }), blank, 30_000), undefined);
});

test('without time there is no second attempt', () => {
  assert.equal(patiently(options, blank, 3_000), undefined);
});

test('the second is kept unless it is worse', () => {
  assert.equal(isNoWorse(fine, blank), true);
  assert.equal(isNoWorse(blank, blank), true);
  assert.equal(isNoWorse(challenge, blank), false);
});
