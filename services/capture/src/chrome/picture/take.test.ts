import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { launchTestChrome, openPage } from './picture.fixture.ts';
import { sessionOf } from './session.ts';
import { take } from './take.ts';

test('a Chrome that does not answer is lost after a short while, not at the end of the capture', async () => {
  await using chrome = await launchTestChrome();
  await using tab = await openPage(chrome, 'about:blank');
  const metrics = { content: { width: 800, height: 600 }, viewport: { width: 800, height: 600 }, scale: 1, deviceScale: 1 };
  process.kill(chrome.pid, 'SIGSTOP');
  try {
    const began = performance.now();
    const taking = take({ session: sessionOf(tab.page), metrics, format: 'png', quality: 80, signal: AbortSignal.timeout(30_000) });
    await assert.rejects(taking, (thrown) => thrown instanceof Failure && thrown.kind === 'browser_lost');
    assert.ok(performance.now() - began < 15_000);
  } finally {
    process.kill(chrome.pid, 'SIGCONT');
  }
});
