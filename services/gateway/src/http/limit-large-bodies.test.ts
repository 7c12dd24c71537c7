import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { openGateway } from '../gateway.fixture.ts';

test('large bodies are refused while too many are in hand, small ones never, and there is room again after that', async () => {
  const held: (() => void)[] = [];
  await using gateway = await openGateway({
    intake: {
      async createScreenshot({ url }) {
        if (url === '') await new Promise<void>((resolve) => held.push(resolve));
        return {};
      },
    },
  });
  const post = (body: Record<string, unknown>) => gateway.ask('POST', '/api/v1/screenshots', { body });
  // Escapes make a page of 1.3 MiB a body of nearly 8.
  const large = { html: '\u0001'.repeat(1_300_000) };
  const taken = Array.from({ length: 4 }, () => post(large));
  await eventually(() => held.length === 4);
  const refused = await post(large);
  assert.equal(refused.status, 429);
  assert.equal(refused.json.error.code, 'QUEUE_FULL');
  assert.equal(refused.headers['retry-after'], '1');
  // The twin answers without a screenshot: what counts is that the wish came through to it.
  assert.equal((await post({ url: 'https://example.com' })).status, 500);
  for (const letGo of held) letGo();
  await Promise.all(taken);
  const again = post(large);
  await eventually(() => held.length === 5);
  held.at(-1)?.();
  await again;
});
