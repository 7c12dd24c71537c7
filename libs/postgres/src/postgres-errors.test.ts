import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { failureFromPostgres } from './postgres-errors.ts';

const coded = (code: string) => Object.assign(new Error('from the server'), { code });
const timedOut = Object.assign(new Error('no connection'), { name: 'KnexTimeoutError' });

const table: readonly [what: string, thrown: unknown, kind: string][] = [
  ['connection failure', coded('08006'), 'unavailable'],
  ['too many connections', coded('53300'), 'unavailable'],
  ['disk full', coded('53100'), 'unavailable'],
  ['admin shutdown', coded('57P01'), 'unavailable'],
  ['starting up', coded('57P03'), 'unavailable'],
  ['statement cancelled by its time limit', coded('57014'), 'unavailable'],
  ['serialization failure', coded('40001'), 'unavailable'],
  ['deadlock', coded('40P01'), 'unavailable'],
  ['lock not available', coded('55P03'), 'unavailable'],
  ['idle in transaction too long', coded('25P03'), 'unavailable'],
  ['connection refused', coded('ECONNREFUSED'), 'unavailable'],
  ['connection reset', coded('ECONNRESET'), 'unavailable'],
  ['all addresses of a name refused', new AggregateError([coded('ECONNREFUSED')]), 'unavailable'],
  ['no connection in the pool', timedOut, 'unavailable'],
  ['the driver lost the connection', new Error('Connection terminated unexpectedly'), 'unavailable'],
  ['syntax error', coded('42601'), 'internal'],
  ['unique violation', coded('23505'), 'internal'],
  ['not a uuid', coded('22P02'), 'internal'],
  ['wrong password', coded('28P01'), 'internal'],
  ['integrity of a transaction', coded('40002'), 'internal'],
  ['a type error', new TypeError('x is not a function'), 'internal'],
  ['not an error', 'text', 'internal'],
];

for (const [what, thrown, kind] of table) {
  test(`${what} is ${kind}`, () => {
    const failure = failureFromPostgres(thrown);
    assert.equal(failure.kind, kind);
    assert.equal(failure.cause, thrown);
    assert.equal(failure.retryAfterS, kind === 'unavailable' ? 5 : undefined);
  });
}

test('a Failure stays what it is', () => {
  const failure = new Failure('not_found');
  assert.equal(failureFromPostgres(failure), failure);
});
