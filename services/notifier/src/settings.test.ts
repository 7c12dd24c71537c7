import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from '@shotwire/config';
import { settings } from './settings.ts';

const base64 = Buffer.alloc(32, 7).toString('base64');
const env = {
  DATABASE_URL: 'postgres://localhost/shotwire',
  ARCHIVE_URL: 'file:///archive',
  LINKS_KEY: 'a key of this test',
  SECRETS_KEY: `1:${base64}`,
};

test('a database, an archive and two keys are all that must be given', () => {
  const { webhookSchedule, webhookAllowHttp, publicUrl } = readConfig(settings, env);
  assert.deepEqual([webhookSchedule, webhookAllowHttp, publicUrl.href], [[30, 120, 600], false, 'http://127.0.0.1:8080/']);
});

test('a schedule is a list of seconds, parts of them too', () => {
  assert.deepEqual(readConfig(settings, { ...env, WEBHOOK_SCHEDULE: '0.5, 2' }).webhookSchedule, [0.5, 2]);
  for (const wrong of ['soon', '-1', '1e3', '604801'])
    assert.throws(() => readConfig(settings, { ...env, WEBHOOK_SCHEDULE: wrong }), ConfigError);
});

test('keys that seal have an id each, of which there are no two', () => {
  const { secretsKeys } = readConfig(settings, { ...env, SECRETS_KEY: `2026-03:${base64}, 1:${base64}` });
  assert.deepEqual(
    secretsKeys.map(({ id, key }) => [id, key.length, key[0]]),
    [
      ['2026-03', 32, 7],
      ['1', 32, 7],
    ],
  );
  for (const wrong of [',', base64, `:${base64}`, `a b:${base64}`, `${'x'.repeat(33)}:${base64}`, '1:AAAA', `1:${base64},1:${base64}`])
    assert.throws(() => readConfig(settings, { ...env, SECRETS_KEY: wrong }), /^ConfigError: SECRETS_KEY is not valid; it must be/);
});
