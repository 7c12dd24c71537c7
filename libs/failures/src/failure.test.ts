import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, type FailureKind, failures, grpcCodes, isFailureKind } from './index.ts';

const kinds = Object.keys(failures) as FailureKind[];

test('every kind says something to its owner, with a status that both wires know', () => {
  for (const kind of kinds) {
    const failure = new Failure(kind);
    assert.match(failure.message, /^[A-Z].*\.$|KEY"\.$/, kind);
    assert.ok(failure.httpStatus >= 400 && failure.httpStatus < 600, kind);
    assert.ok(failure.grpcCode in grpcCodes, kind);
    assert.equal(failure.code, kind.toUpperCase());
  }
});

test('no sentence of the table tells of the inside', () => {
  for (const kind of kinds) assert.doesNotMatch(failures[kind].says, /postgres|nats|grpc|chrome|minio|127\.|localhost/i, kind);
});

test('a failure keeps its cause for the log and out of its sentence', () => {
  const cause = new Error('password authentication failed');
  const failure = Failure.from(cause);
  assert.equal(failure.kind, 'internal');
  assert.equal(failure.cause, cause);
  assert.doesNotMatch(failure.message, /password/);
  assert.equal(Failure.from(failure), failure);
});

test('a kind that came over a wire is believed only if it is in the table', () => {
  assert.equal(isFailureKind('timeout'), true);
  assert.equal(isFailureKind('toString'), false);
  assert.equal(isFailureKind(''), false);
});
