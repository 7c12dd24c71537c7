import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '@shotwire/config';
import { linksSettings } from './settings.ts';

test('a key is given, and not a short one', () => {
  assert.equal(readConfig(linksSettings, { LINKS_KEY: 'sixteen letters.' }).linksKey, 'sixteen letters.');
  for (const env of [{}, { LINKS_KEY: 'fifteen letters' }])
    assert.throws(() => readConfig(linksSettings, env), /LINKS_KEY is not .*a text of at least 16 characters\./);
});
