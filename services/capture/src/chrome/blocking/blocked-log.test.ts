import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlockedLog } from './blocked-log.ts';

test('the first entries are kept, short, and all are counted', () => {
  const log = openBlockedLog();
  for (let i = 0; i < 300; i += 1)
    log.add({ url: `https://a.example/${'x'.repeat(5_000)}`, type: 'image', reason: i % 3 === 0 ? 'ads' : 'url' });
  assert.equal(log.entries.length, 200);
  assert.equal(log.entries[0]?.url.length, 2_000);
  assert.deepEqual(log.counts, { ads: 100, url: 200 });
});
