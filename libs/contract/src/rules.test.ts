import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type DescMessage } from '@bufbuild/protobuf';
import {
  AnnouncementSchema,
  CreateScreenshotRequestSchema,
  type Format,
  FormatSchema,
  numberOfWord,
  OptionsSchema,
  rulesOf,
  SealWebhookRequestSchema,
  shownOptions,
  WaitUntilSchema,
  withRules,
  wordsOf,
} from './index.ts';

test('an enum is written in the words of the REST API, and its zero value in none', () => {
  assert.deepEqual([...wordsOf(FormatSchema).values()], ['png', 'jpeg', 'webp', 'avif', 'pdf', 'html', 'mhtml', 'markdown', 'webm', 'mp4']);
  assert.equal(numberOfWord(WaitUntilSchema, 'networkidle2'), 4);
  assert.equal(numberOfWord(FormatSchema, 'unspecified'), undefined);
  assert.equal(numberOfWord(FormatSchema, 'toString'), undefined);
});

function describe(desc: DescMessage): void {
  for (const field of desc.fields) {
    test(`${desc.name}.${field.name} has a sentence, and a default that its own rule allows`, () => {
      const rules = rulesOf(field);
      assert.ok(rules);
      assert.match(rules.says, /\.$/);
      if (rules.pattern) assert.match(rules.patternSays, /^must /);
      if (rules.defaultJson === '') return;
      const value: unknown = JSON.parse(rules.defaultJson);
      if (field.fieldKind === 'enum') assert.notEqual(numberOfWord(field.enum, String(value)), undefined);
      if (typeof value === 'number') assert.ok(value >= (rules.min ?? Number.NaN) && value <= (rules.max ?? Number.NaN));
    });
    if (field.message && field.fieldKind !== 'map') describe(field.message);
  }
}
describe(OptionsSchema);

test('what is wrong is named by its path, deep inside as well', () => {
  const given = create(OptionsSchema, {
    width: 1,
    timeout: Number.NaN,
    cookies: [{ name: 'a b', value: 'x' }, { name: 'fine' }],
    headers: { 'x-long': 'x'.repeat(9_000) },
    steps: [{ seconds: 31 }],
    hideSelectors: ['x'.repeat(501)],
    also: [11 as Format],
    clip: { x: 0, y: 0, width: 0, height: 10 },
  });
  assert.deepEqual(withRules(OptionsSchema, given).problems, {
    width: ['must be from 320 to 3840'],
    timeout: ['must be from 1 to 120'],
    'cookies[0].name': ['must be a cookie name'],
    'cookies[1].value': ['is required'],
    'headers.x-long': ['must be a text of at most 8192 characters'],
    'steps[0].action': ['is required'],
    'steps[0].seconds': ['must be from 0 to 30'],
    'hide_selectors[0]': ['must be a text of at most 500 characters'],
    'also[0]': ['must be one of png, jpeg, webp, avif, pdf, html, mhtml, markdown, webm, mp4'],
    'clip.width': ['must be from 1 to 20000'],
  });
});

test('a pattern is about the whole of a text', () => {
  const given = create(CreateScreenshotRequestSchema, {
    tags: ['spring', 'spring\n'],
    announcement: { webhookEvents: ['screenshot.failed', 'screenshot.failed!', 'my app.upload.failed'] },
  });
  assert.deepEqual(Object.keys(withRules(CreateScreenshotRequestSchema, given).problems), [
    'announcement.webhook_events[1]',
    'announcement.webhook_events[2]',
    'tags[1]',
  ]);
});

test('defaults are filled in deep inside as well, and what was given stays as it is', () => {
  const given = create(OptionsSchema, { steps: [{ action: 1, selector: '#a' }], slices: { height: 500 } });
  const { message, problems } = withRules(OptionsSchema, given);
  assert.deepEqual(problems, {});
  assert.equal(message.steps[0]?.timeout, 5);
  assert.equal(message.slices?.overlap, 0);
  assert.equal(given.steps[0]?.timeout, undefined);
});

test('a cookie may be empty', () => {
  assert.deepEqual(withRules(OptionsSchema, create(OptionsSchema, { cookies: [{ name: 'a', value: '' }] })).problems, {});
});

test('options are shown where they say something', () => {
  const { message } = withRules(OptionsSchema, create(OptionsSchema, { sticky: 1, clip: { x: 1, y: 2, width: 3, height: 4 } }));
  assert.deepEqual(shownOptions(message), {
    width: 1280,
    height: 800,
    format: 'png',
    quality: 80,
    full_page: false,
    device: 'desktop',
    block_ads: false,
    block_cookies: true,
    dark_mode: false,
    delay: 0,
    timeout: 30,
    retina: false,
    sticky: 'keep',
    clip: { x: 1, y: 2, width: 3, height: 4 },
  });
});

test('a wish has a rule for each of its own fields', () => {
  for (const field of CreateScreenshotRequestSchema.fields)
    if (!['id', 'options', 'announcement'].includes(field.name)) assert.ok(rulesOf(field)?.says, field.name);
  for (const field of [...AnnouncementSchema.fields, ...SealWebhookRequestSchema.fields])
    if (field.name !== 'webhook_sealed') assert.ok(rulesOf(field)?.says, field.name);
});
