import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from './index.ts';

function recorded(level = 'info') {
  const lines: string[] = [];
  const log = createLogger({ service: 'capture', level, destination: { write: (line) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

test('a line is a JSON object with time, level, service, part and words', () => {
  const { log, last } = recorded();
  log.child({ part: 'relay' }).info({ count: 2 }, 'sent');
  const { time, ...rest } = last();
  assert.deepEqual(rest, { level: 'info', service: 'capture', part: 'relay', count: 2, msg: 'sent' });
  assert.match(time, /^\d{4}-\d{2}-\d{2}T.*Z$/);
});

test('lines below the level are not written', () => {
  const { log, lines } = recorded('warn');
  log.info('nothing');
  assert.deepEqual(lines, []);
});

test('an error is written with its causes and their codes', () => {
  const { log, last } = recorded();
  const root = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const both = new AggregateError([root], 'all failed');
  log.error({ err: new Error('no answer', { cause: both }) }, 'trouble');
  const { err } = last();
  assert.equal(err.message, 'no answer');
  assert.match(err.stack, /create-logger\.test\.ts/);
  assert.equal(err.cause.type, 'AggregateError');
  assert.equal(err.cause.errors[0].code, 'ECONNREFUSED');
});

test('an error that is its own cause does not stop the log', () => {
  const { log, last } = recorded();
  const error = new Error('circle');
  error.cause = error;
  log.error({ err: error }, 'trouble');
  assert.equal(last().err.cause.cause.message, 'circle');
});

test('secrets are not written: by name, on errors, inside URLs', () => {
  const { log, lines } = recorded();
  log.info({ apiKey: 'hunter2', request: { headers: { authorization: 'Bearer hunter2' } }, app: { secret: 'hunter2' } }, 'a');
  log.error({ err: Object.assign(new Error('at postgres://me:hunter2@db/x'), { headers: { key: 'hunter2' } }) }, 'b');
  log.error({ err: { password: 'hunter2' } }, 'c');
  assert.equal(lines.length, 3);
  assert.doesNotMatch(lines.join(''), /hunter2/);
});
