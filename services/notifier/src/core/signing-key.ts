import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** A key pair of this installation. */
interface KeyPair {
  /** The name of its public key. */
  kid: string;
  /** 32 bytes. */
  publicKey: Buffer;
  privateKey: KeyObject;
}

/** What RFC 8410 puts before the 32 bytes of an Ed25519 private key: an OneAsymmetricKey that holds nothing else. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 key pair of a seed of 32 bytes. */
export function keyPairFrom(seed: Buffer): KeyPair {
  // OpenSSL does not mind a byte too many.
  if (seed.length !== 32) throw new Error(`a seed has 32 bytes, not ${seed.length}`);
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url');
  return { kid: thumbprint(publicKey), publicKey, privateKey };
}

/** The name of an Ed25519 public key: its thumbprint by RFC 7638, as RFC 8037 has it for such keys. */
export function thumbprint(publicKey: Uint8Array): string {
  const x = Buffer.from(publicKey).toString('base64url');
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
}
