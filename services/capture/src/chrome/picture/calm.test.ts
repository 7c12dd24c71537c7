import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { keepCalm } from './calm.ts';
import { launchTestChrome, openPage } from './picture.fixture.ts';
import { sessionOf } from './session.ts';
import { take } from './take.ts';

test('no script of the page runs while it is kept calm, and all of them do afterwards', async () => {
  await using chrome = await launchTestChrome();
  await using tab = await openPage(chrome, 'about:blank');
  await tab.page.evaluate('window.ticks = 0; setInterval(() => { ticks += 1; }, 1); undefined');
  const ticks = async () => Number(await tab.page.evaluate('ticks'));
  await eventually(async () => assert.ok((await ticks()) > 0));
  const session = sessionOf(tab.page);
  const box = { x: 0, y: 0, width: 800, height: 2000 };
  const metrics = { content: box, viewport: { width: 800, height: 600 }, scale: 1, deviceScale: 1 };
  let last: number;
  {
    using _ = await keepCalm({ session, metrics, box, scripts: true });
    const first = await ticks();
    await take({ session, metrics, box, format: 'png', quality: 80, signal: AbortSignal.timeout(20_000) });
    last = await ticks();
    assert.equal(last, first);
  }
  await eventually(async () => assert.ok((await ticks()) > last));
  {
    using _ = await keepCalm({ session, metrics, box, scripts: false });
    last = await ticks();
  }
  await take({ session, metrics, box, format: 'png', quality: 80, signal: AbortSignal.timeout(20_000) });
  assert.equal(await ticks(), last, 'where none may run, none does afterwards either');
});
