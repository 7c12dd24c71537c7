import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { Device, type Format, OptionsSchema } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { budgetMs, makeExact } from './options.ts';

test('options left out take their defaults', () => {
  assert.deepEqual(toJson(OptionsSchema, makeExact(create(OptionsSchema)), { useProtoFieldName: true }), {
    width: 1280,
    height: 800,
    format: 'FORMAT_PNG',
    quality: 80,
    full_page: false,
    device: 'DEVICE_DESKTOP',
    block_ads: false,
    block_cookies: true,
    dark_mode: false,
    delay: 0,
    timeout: 30,
    retina: false,
  });
});

test('a device brings its own viewport, unless the client names one', () => {
  assert.equal(makeExact(create(OptionsSchema, { device: Device.MOBILE })).width, 390);
  assert.equal(makeExact(create(OptionsSchema, { device: Device.TABLET })).height, 1180);
  assert.equal(makeExact(create(OptionsSchema, { device: Device.MOBILE, width: 412 })).width, 412);
});

test('every value out of range is named with what is allowed', () => {
  const wrong = create(OptionsSchema, { width: 319, height: 2161, quality: 0, delay: 31, timeout: 121, format: 9 as Format });
  assert.throws(
    () => makeExact(wrong),
    (thrown) => {
      assert.ok(thrown instanceof Failure);
      assert.equal(thrown.kind, 'validation_error');
      assert.deepEqual(thrown.fields, {
        width: ['must be from 320 to 3840'],
        height: ['must be from 200 to 2160'],
        format: ['must be one of png, jpeg, webp'],
        quality: ['must be from 1 to 100'],
        delay: ['must be from 0 to 30'],
        timeout: ['must be from 1 to 120'],
      });
      return true;
    },
  );
});

test('not a number is out of every range', () => {
  assert.throws(() => makeExact(create(OptionsSchema, { timeout: Number.NaN })), Failure);
});

test('the delay that the client asked for is not taken from the page', () => {
  assert.equal(budgetMs(makeExact(create(OptionsSchema, { timeout: 5, delay: 2.5 }))), 7_500);
});
