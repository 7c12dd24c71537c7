import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artefactKeyOf, imageKeyOf, keysPrefixOf, reportKeyOf } from './object-keys.ts';

const id = '3f2b0000-0000-4000-8000-000000000000';

test('all keys of a screenshot begin with its id, whatever it gives', () => {
  const prefix = `images/3f/${id}.`;
  const image = imageKeyOf(id, 'text/markdown');
  assert.equal(image, `${prefix}md`);
  assert.equal(imageKeyOf(id, 'image/png'), `${prefix}png`);
  assert.equal(keysPrefixOf(image), prefix);
  assert.equal(reportKeyOf(image), `${prefix}report.json`);
  assert.equal(artefactKeyOf(image, { name: 'pdf', mimeType: 'application/pdf' }), `${prefix}pdf.pdf`);
  assert.equal(artefactKeyOf(image, { name: 'slice-2', mimeType: 'image/avif' }), `${prefix}slice-2.avif`);
  assert.throws(() => artefactKeyOf(image, { name: 'x', mimeType: 'text/html; charset=utf-8' }), TypeError);
});
