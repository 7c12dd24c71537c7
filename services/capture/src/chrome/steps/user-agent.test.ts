import assert from 'node:assert/strict';
import { test } from 'node:test';
import { devices } from '../devices.ts';
import { agentOf } from './user-agent.ts';

test('a telephone says the same in its hints as in its user agent', () => {
  const { platform, userAgentMetadata: hints } = agentOf(
    'Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.72 Mobile Safari/537.36',
  );
  assert.equal(platform, 'Linux armv81');
  assert.deepEqual(
    [hints?.platform, hints?.platformVersion, hints?.model, hints?.mobile, hints?.architecture],
    ['Android', '14', 'Pixel 8', true, ''],
  );
  assert.ok(hints?.fullVersionList?.some(({ brand, version }) => brand === 'Google Chrome' && version === '126.0.6478.72'));
});

test('a reduced user agent gives no model away', () => {
  const reduced = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
  assert.deepEqual([agentOf(reduced).userAgentMetadata?.model, agentOf(reduced).userAgentMetadata?.mobile], ['', false]);
});

test('Edge is Edge, and what is no Chrome sends no hints', () => {
  const edge = agentOf(
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
  );
  assert.ok(edge.userAgentMetadata?.brands?.some(({ brand }) => brand === 'Microsoft Edge'));
  const safari = agentOf(
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
  );
  assert.deepEqual([safari.platform, safari.userAgentMetadata], ['MacIntel', undefined]);
});

test('every device has an agent that Chrome takes', () => {
  for (const [name, { userAgent }] of devices) assert.ok(!userAgent || agentOf(userAgent('156')).platform, name);
});
