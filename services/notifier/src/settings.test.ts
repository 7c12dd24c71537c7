import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from '@shotwire/config';
import { settings } from './settings.ts';

const env = { DATABASE_URL: 'postgres://localhost/shotwire' };

test('a database is all that must be given', () => {
  const { webhookSchedule, webhookAllowHttp, publicUrl } = readConfig(settings, env);
  assert.deepEqual([webhookSchedule, webhookAllowHttp, publicUrl.href], [[30, 120, 600], false, 'http://127.0.0.1:8080/']);
});

test('a schedule is a list of seconds, parts of them too', () => {
  assert.deepEqual(readConfig(settings, { ...env, WEBHOOK_SCHEDULE: '0.5, 2' }).webhookSchedule, [0.5, 2]);
  for (const wrong of ['soon', '-1', '1e3', '604801'])
    assert.throws(() => readConfig(settings, { ...env, WEBHOOK_SCHEDULE: wrong }), ConfigError);
});
