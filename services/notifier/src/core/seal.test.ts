import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createSealer, parseSealingKeys } from './seal.ts';

const keyOf = (id: string) => ({ id, key: randomBytes(32) });
const [one, two] = [keyOf('2026-03'), keyOf('2026-04')];
const plain = Buffer.from('a secret, ä');

test('what is sealed opens where it belongs, and looks different each time', () => {
  const sealer = createSealer({ keys: [one], randomBytes });
  const [a, b] = [sealer.seal(plain, 'app 1'), sealer.seal(plain, 'app 1')];
  assert.notDeepEqual(a, b);
  for (const sealed of [a, b, new Uint8Array(a)]) assert.deepEqual(sealer.open(sealed, 'app 1'), plain);
  assert.deepEqual(sealer.open(sealer.seal(Buffer.alloc(0), 'app 1'), 'app 1'), Buffer.alloc(0));
  assert.ok(!a.includes(plain));
});

test('it does not open for another', () => {
  const sealer = createSealer({ keys: [one], randomBytes });
  assert.throws(
    () => sealer.open(sealer.seal(plain, 'app 1'), 'app 2'),
    /^Error: app 2, sealed with the key "2026-03", was changed or belongs elsewhere$/,
  );
});

test('the first key seals and all of them open, so that keys can be replaced', () => {
  const before = createSealer({ keys: [one], randomBytes });
  const after = createSealer({ keys: [two, one], randomBytes });
  assert.deepEqual(after.open(before.seal(plain, 'x'), 'x'), plain);
  assert.throws(() => before.open(after.seal(plain, 'x'), 'x'), /^Error: x is sealed with the key "2026-04", which is not there$/);
});

test('a change of any byte is noticed', () => {
  const sealer = createSealer({ keys: [one], randomBytes });
  const sealed = sealer.seal(plain, 'x');
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => sealer.open(changed, 'x'), `byte ${at}`);
  }
  for (let length = 0; length < sealed.length; length++)
    assert.throws(() => sealer.open(sealed.subarray(0, length), 'x'), `${length} bytes`);
});

test('the layout is the one that is written down', () => {
  const sealed = createSealer({ keys: [one], randomBytes: (size) => Buffer.alloc(size, 7) }).seal(plain, 'x');
  assert.equal(sealed.length, 1 + one.id.length + 12 + 16 + plain.length);
  assert.deepEqual(sealed.subarray(0, 20), Buffer.concat([Buffer.of(7), Buffer.from('2026-03'), Buffer.alloc(12, 7)]));
});

test('no key, and two keys of one name, are mistakes', () => {
  assert.throws(() => createSealer({ keys: [], randomBytes }), /no key/);
  assert.throws(() => createSealer({ keys: [one, keyOf(one.id)], randomBytes }), /same id/);
});

test('a key is an id and 32 bytes in base64', () => {
  const bytes = randomBytes(32);
  const base64 = bytes.toString('base64');
  assert.deepEqual(parseSealingKeys(`k.1_a-Z:${base64}`), { id: 'k.1_a-Z', key: bytes });
  assert.deepEqual(parseSealingKeys(`k:${base64.slice(0, 43)}`), { id: 'k', key: bytes });
  for (const item of [
    '',
    base64,
    `:${base64}`,
    `k ey:${base64}`,
    `${'k'.repeat(33)}:${base64}`,
    `k:${randomBytes(31).toString('base64')}`,
    `k:${randomBytes(33).toString('base64')}`,
    `k:${base64}x`,
    `k:${'*'.repeat(43)}=`,
  ])
    assert.equal(parseSealingKeys(item), undefined, item);
});
