import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeviceSchema, FormatSchema, numberOfWord, OptionsSchema, rulesOf, wordsOf } from './index.ts';

test('an enum is written in the words of the REST API, and its zero value in none', () => {
  assert.deepEqual([...wordsOf(FormatSchema).values()], ['png', 'jpeg', 'webp']);
  assert.equal(numberOfWord(DeviceSchema, 'tablet'), 3);
  assert.equal(numberOfWord(DeviceSchema, 'unspecified'), undefined);
  assert.equal(numberOfWord(DeviceSchema, 'toString'), undefined);
});

for (const field of OptionsSchema.fields) {
  test(`${field.name} has a sentence, and a default that its own rule allows`, () => {
    const rules = rulesOf(field);
    assert.ok(rules);
    assert.match(rules.says, /\.$/);
    const value: unknown = JSON.parse(rules.defaultJson);
    if (field.fieldKind === 'enum') assert.notEqual(numberOfWord(field.enum, String(value)), undefined);
    if (typeof value === 'number') assert.ok(value >= (rules.min ?? Number.NaN) && value <= (rules.max ?? Number.NaN));
  });
}
