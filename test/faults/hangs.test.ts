import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Format } from '@shotwire/contract';
import { eventually, type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../../services/capture/src/capture.fixture.ts';
import { partsOf } from '../../services/capture/src/chrome/browser/processes.fixture.ts';
import { dress } from '../../services/capture/src/chrome/steps/dress.ts';
import { open } from '../../services/capture/src/chrome/steps/open.ts';
import { print } from '../../services/capture/src/chrome/steps/print.ts';
import { openTestStage } from '../../services/capture/src/chrome/steps/shot.fixture.ts';
import type { Step } from '../../services/capture/src/chrome/steps/shot.ts';
import { snap } from '../../services/capture/src/chrome/steps/snap.ts';
import { shoot as insist } from '../../services/capture/src/studio/shoot.ts';
import { browserPids } from './open-busy-studio.fixture.ts';

let site: Site;
before(async () => {
  site = await startSite();
});
after(() => site[Symbol.asyncDispose]());

/** A renderer counts as hung after 10 s and the second between two questions. */
const NOTICED_MS = 13_000;

async function stopRenderers(browser: number): Promise<void> {
  const renderers = (await partsOf(browser)).filter(({ part }) => part === 'renderer');
  assert.ok(renderers.length > 0);
  for (const { pid } of renderers) process.kill(pid, 'SIGSTOP');
}

const works: readonly { name: string; options: SomeOptions; step: Step }[] = [
  { name: 'a full page', options: { fullPage: true }, step: snap },
  { name: 'pdf', options: { format: Format.PDF }, step: print },
  { name: 'mhtml', options: { format: Format.MHTML }, step: print },
  { name: 'html', options: { format: Format.HTML }, step: print },
];

test('a renderer that stops is noticed long before the time is over, whatever is being made of its page', async () => {
  const notice = async ({ name, options, step }: (typeof works)[number]) => {
    await using stage = await openTestStage();
    const stop: Step = ({ room }) => stopRenderers(room.resident.chrome.pid);
    let began = 0;
    const make: Step = (shot) => {
      began = performance.now();
      return step(shot);
    };
    const lost = (thrown: unknown) => thrown instanceof Error && 'kind' in thrown && thrown.kind === 'browser_lost';
    await assert.rejects(stage.play(`${site.url}/tall.html`, options, [dress, open, stop, make]), lost, name);
    assert.ok(performance.now() - began < NOTICED_MS, name);
  };
  await Promise.all(works.map(notice));
});

test('a renderer that stops while a full page is scrolled through costs tries, and the capture completes', async () => {
  await using camera = await openTestCamera({ slots: 1 });
  const [browser = 0] = await browserPids();
  const lost: string[] = [];
  const options = optionsOf({ fullPage: true, scrollTime: 2, timeout: 60 });
  const order = { id: 'test', accountId: 'acme', url: `${site.url}/picture-slow.html`, options };
  const taking = insist(camera, order, AbortSignal.timeout(60_000), ({ code }) => lost.push(code));
  await eventually(async () => site.requests.some(({ path, query }) => path === '/slow' && query.endsWith('at=3')));
  await stopRenderers(browser);
  assert.equal((await taking).artefacts[0].height, 6_120);
  // The room that was ready for the next capture was stopped too.
  assert.deepEqual([...new Set(lost)], ['BROWSER_LOST']);
});
