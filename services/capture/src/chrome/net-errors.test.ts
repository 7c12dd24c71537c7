import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOfNetError, failureOfOutcome } from './net-errors.ts';

const codes = {
  ERR_TOO_MANY_REDIRECTS: 'too_many_redirects',
  ERR_NAME_NOT_RESOLVED: 'dns_failed',
  ERR_CERT_AUTHORITY_INVALID: 'tls_failed',
  ERR_SSL_PROTOCOL_ERROR: 'tls_failed',
  ERR_CONNECTION_REFUSED: 'connection_refused',
  ERR_CONNECTION_RESET: 'connection_failed',
  ERR_EMPTY_RESPONSE: 'connection_failed',
  ERR_BLOCKED_BY_CLIENT: 'blocked_url',
  ERR_UNSAFE_PORT: 'blocked_url',
  ERR_ABORTED: 'not_a_page',
};

for (const [code, kind] of Object.entries(codes)) {
  test(`${code} is ${kind}`, () => {
    assert.equal(failureOfNetError(new Error(`net::${code} at https://example.com/`))?.kind, kind);
  });
}

test('an error that is not of the network is nobody\u2019s', () => {
  assert.equal(failureOfNetError(new Error('Target closed')), undefined);
  assert.equal(failureOfNetError(undefined), undefined);
});

test('a host that was reached has no failure', () => {
  assert.equal(failureOfOutcome('ok'), undefined);
  assert.equal(failureOfOutcome(undefined), undefined);
  assert.equal(failureOfOutcome('blocked')?.kind, 'blocked_url');
});
