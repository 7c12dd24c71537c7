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

test('a picture that Chrome gives no bytes of is too large for its format', async () => {
  await using chrome = await launchTestChrome();
  await using tab = await openPage(chrome, 'data:text/html,<body style="margin:0"><div style="width:17000px;height:100px;background:red">');
  const metrics = { content: { width: 17_000, height: 600 }, viewport: { width: 800, height: 600 }, scale: 1, deviceScale: 1 };
  const box = { x: 0, y: 0, width: 17_000, height: 100 };
  const common = { session: sessionOf(tab.page), metrics, box, quality: 80, signal: AbortSignal.timeout(20_000) };
  assert.ok((await take({ ...common, format: 'png' })).length > 0);
  await assert.rejects(take({ ...common, format: 'webp' }), (thrown) => {
    return thrown instanceof Failure && thrown.kind === 'picture_too_large' && thrown.message.includes('webp');
  });
});
