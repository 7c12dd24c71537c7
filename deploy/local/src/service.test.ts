import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text } from '@shotwire/config';
import { serviceEnvironment } from './service.ts';

const settings = { slots: text('CHROME_SLOTS', { says: '' }), port: text('PORT', { says: '' }), key: text('API_KEY', { says: '' }) };

test('a service gets the settings of its own table and no other variable', () => {
  const given = {
    PATH: '/bin',
    HOME: '/home',
    CHROME_SLOTS: '2',
    PORT: '80',
    AWS_SECRET_ACCESS_KEY: 'x',
    NODE_OPTIONS: '--inspect',
    API_KEY: '',
  };
  const decided = { PORT: '9', NATS_URL: 'nats://x', TMPDIR: '/t' };
  assert.deepEqual(serviceEnvironment({ given, settings, decided }), {
    PATH: '/bin',
    HOME: '/home',
    CHROME_SLOTS: '2',
    PORT: '9',
    TMPDIR: '/t',
  });
});
