import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type JsonWebKey, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';

test('everybody gets the public keys, in a form that verifies what their pairs signed', async () => {
  const pairs = ['new', 'old'].map((kid) => ({ kid, ...generateKeyPairSync('ed25519') }));
  const keys = pairs.map(({ kid, publicKey }) => ({
    kid,
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
  }));
  const accounts: unknown[] = [];
  await using gateway = await openGateway({
    desk: {
      async listSigningKeys(_, { account }) {
        accounts.push(account);
        return { keys };
      },
    },
  });
  const { status, headers, json } = await gateway.ask('GET', '/.well-known/jwks.json', { key: undefined });
  assert.equal(status, 200);
  assert.match(String(headers['content-type']), /^application\/json/);
  assert.equal(headers['cache-control'], 'public, max-age=300');
  assert.deepEqual(
    json.keys.map(({ x, ...rest }: JsonWebKey) => [typeof x, rest]),
    pairs.map(({ kid }) => ['string', { kty: 'OKP', crv: 'Ed25519', kid, use: 'sig', alg: 'EdDSA' }]),
  );
  for (const [at, { privateKey }] of pairs.entries()) {
    const key = createPublicKey({ key: json.keys[at], format: 'jwk' });
    assert.ok(verify(null, Buffer.from('msg_1.1.{}'), key, sign(null, Buffer.from('msg_1.1.{}'), privateKey)));
  }
  assert.deepEqual(accounts, [undefined]);
});

test('while the notifier is gone it is 503, which nobody keeps', async () => {
  await using gateway = await openGateway();
  await gateway.notifierServer[Symbol.asyncDispose]();
  const { status, headers } = await gateway.ask('GET', '/.well-known/jwks.json', { key: undefined });
  assert.equal(status, 503);
  assert.equal(headers['cache-control'], undefined);
});
