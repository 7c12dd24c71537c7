import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { keyPairFrom, thumbprint } from './signing-key.ts';

// RFC 8037, appendices A.1 to A.4.
const d = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url');
const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
const kid = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';

test('the thumbprint of the example in RFC 8037 comes out', () => {
  assert.equal(thumbprint(Buffer.from(x, 'base64url')), kid);
});

test('a seed is its key pair, as in RFC 8037', () => {
  const pair = keyPairFrom(d);
  assert.equal(pair.publicKey.toString('base64url'), x);
  assert.equal(pair.kid, kid);
  const signed = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc';
  const expected = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
  assert.equal(sign(null, Buffer.from(signed), pair.privateKey).toString('base64url'), expected);
});

test('what the private key signs, the published one verifies', () => {
  const { publicKey, privateKey } = keyPairFrom(randomBytes(32));
  assert.equal(publicKey.length, 32);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') }, format: 'jwk' });
  const data = Buffer.from('a');
  assert.ok(verify(null, data, key, sign(null, data, privateKey)));
});

test('a seed has 32 bytes', () => {
  for (const size of [0, 31, 33]) assert.throws(() => keyPairFrom(randomBytes(size)));
});
