import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, flag, integer, list, oneOf, readConfig, text, url } from './index.ts';

const settings = {
  port: integer('PORT', { default: 8080, min: 0, max: 65_535, says: 'Where to listen.' }),
  key: text('KEY', { secret: true, says: 'The key.' }),
  level: oneOf('LEVEL', ['info', 'debug'], { default: 'info', says: 'How much to log.' }),
  store: url('STORE', ['file:', 'http:'], { default: 'file:///tmp/x', says: 'Where to store.' }),
  allowHttp: flag('ALLOW_HTTP', { default: false, says: 'Plain http.' }),
  numbers: list('NUMBERS', 'numbers', (item) => (/^\d+$/.test(item) ? Number(item) : undefined), { default: '', says: 'Some.' }),
};

test('settings become a frozen object with their types', () => {
  const config = readConfig(settings, { KEY: 'k', PORT: '1', NUMBERS: '1, 2', ALLOW_HTTP: '1' });
  assert.equal(config.port, 1);
  assert.equal(config.level, 'info');
  assert.equal(config.store.pathname, '/tmp/x');
  assert.equal(config.allowHttp, true);
  assert.deepEqual(config.numbers, [1, 2]);
  assert.ok(Object.isFrozen(config));
});

test('an empty variable counts as absent', () => {
  assert.equal(readConfig(settings, { KEY: 'k', PORT: '' }).port, 8080);
});

test('all mistakes are reported together, each with what is allowed', () => {
  assert.throws(
    () => readConfig(settings, { PORT: '70000', LEVEL: 'loud', NUMBERS: '1,x' }),
    (thrown) =>
      thrown instanceof ConfigError &&
      /PORT is "70000"; it must be a whole number from 0 to 65535/.test(thrown.message) &&
      /KEY is not set; set it to a text\. The key\./.test(thrown.message) &&
      /LEVEL is "loud"; it must be one of info, debug/.test(thrown.message) &&
      /NUMBERS is "1,x"; it must be a comma-separated list of numbers/.test(thrown.message),
  );
});

test('a secret is never printed', () => {
  const secret = { key: { ...settings.key, parse: () => undefined } };
  assert.throws(
    () => readConfig(secret, { KEY: 'hunter2' }),
    (thrown) => thrown instanceof ConfigError && !thrown.message.includes('hunter2'),
  );
});
