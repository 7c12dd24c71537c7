import { createCipheriv, createDecipheriv } from 'node:crypto';

/** A key that seals, and the name by which a sealed value calls for it. */
export interface SealingKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/** Closes what must not lie open in a database. The context says what a value belongs to: it opens nowhere else. */
export interface Sealer {
  seal(plain: Uint8Array, context: string): Buffer;
  /** Throws for a value that was changed, that belongs elsewhere, or whose key is not there; the error names that key. */
  open(sealed: Uint8Array, context: string): Buffer;
}

interface Parts {
  /** The first one seals, all of them open. */
  keys: readonly SealingKey[];
  randomBytes: (size: number) => Buffer;
}

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** A key from `ID:BASE64`, or undefined where it is not one of 32 bytes. */
export function parseSealingKeys(item: string): SealingKey | undefined {
  const [, id, key] = /^([A-Za-z0-9._-]{1,32}):([A-Za-z0-9+/]{43}=?)$/.exec(item) ?? [];
  return id && key ? { id, key: Buffer.from(key, 'base64') } : undefined;
}

/** AES-256-GCM. A sealed value is the length of the key's id, that id, iv, tag, and what the cipher made. */
export function createSealer({ keys, randomBytes }: Parts): Sealer {
  const [first] = keys;
  if (!first) throw new Error('there is no key to seal with');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  if (byId.size < keys.length) throw new Error('two sealing keys have the same id');
  const head = Buffer.concat([Buffer.of(first.id.length), Buffer.from(first.id)]);

  return {
    seal(plain, context) {
      const iv = randomBytes(ivBytes);
      const sealing = createCipheriv(cipher, first.key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(context));
      const made = Buffer.concat([sealing.update(plain), sealing.final()]);
      return Buffer.concat([head, iv, sealing.getAuthTag(), made]);
    },

    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      const ivAt = 1 + (bytes[0] ?? 0);
      const tagAt = ivAt + ivBytes;
      const madeAt = tagAt + tagBytes;
      if (bytes.length < madeAt) throw new Error(`${context} is too short to have been sealed`);
      const id = bytes.toString('latin1', 1, ivAt);
      const key = byId.get(id);
      if (!key) throw new Error(`${context} is sealed with the key ${JSON.stringify(id)}, which is not there`);
      const opening = createDecipheriv(cipher, key, bytes.subarray(ivAt, tagAt), { authTagLength: tagBytes });
      opening.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(tagAt, madeAt));
      try {
        return Buffer.concat([opening.update(bytes.subarray(madeAt)), opening.final()]);
      } catch (cause) {
        throw new Error(`${context}, sealed with the key ${JSON.stringify(id)}, was changed or belongs elsewhere`, { cause });
      }
    },
  };
}
