import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError, flag, integer, list, oneOf, readConfig, text, url } from './index.ts';

const folder = await mkdtemp(join(tmpdir(), 'config-test-'));
after(() => rm(folder, { recursive: true, force: true }));

async function fileOf(contents: string): Promise<string> {
  const path = join(folder, randomUUID());
  await writeFile(path, contents);
  return path;
}

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

const refusedBecause = (env: Record<string, string>, message: RegExp) =>
  assert.throws(
    () => readConfig(settings, env),
    (thrown) => thrown instanceof ConfigError && message.test(thrown.message) && !/hunter2/.test(thrown.message),
  );

test('a secret may be the contents of a file, without the space around them', async () => {
  const KEY_FILE = await fileOf('\n hunter2\n');
  assert.equal(readConfig(settings, { KEY_FILE }).key, 'hunter2');
  assert.equal(readConfig(settings, { KEY: '', KEY_FILE }).key, 'hunter2');
  assert.equal(readConfig(settings, { KEY: 'k', KEY_FILE: '' }).key, 'k');
});

test('a secret that is given twice, or as a file that gives none, is a mistake', async () => {
  refusedBecause({ KEY: 'hunter2', KEY_FILE: await fileOf('hunter2') }, /^KEY and KEY_FILE are both set; set one of them\.$/);
  refusedBecause({ KEY_FILE: join(folder, 'nowhere') }, /^KEY_FILE names a file that cannot be read \(ENOENT\)\.$/);
  refusedBecause({ KEY_FILE: await fileOf(' \n') }, /^KEY_FILE names a file that is empty\.$/);
});

test('what is wrong with the contents of a file is said of the variable that names it', async () => {
  const secret = { key: { ...settings.key, parse: () => undefined } };
  const KEY_FILE = await fileOf('hunter2');
  assert.throws(() => readConfig(secret, { KEY_FILE }), { message: 'What KEY_FILE names is not valid; it must be a text.' });
});

test('what is no secret is not looked for in files', async () => {
  assert.equal(readConfig(settings, { KEY: 'k', PORT_FILE: await fileOf('1') }).port, 8080);
});
