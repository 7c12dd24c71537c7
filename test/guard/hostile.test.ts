import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { readPng } from '../../services/capture/src/chrome/png.fixture.ts';
import { openCamera } from './camera.fixture.ts';
import { hostilePages, startHostileSite } from './hostile/site.ts';

/** Seconds that a page is given, beside the delay that it asks for, and how much later its capture may end. */
const [TIMEOUT, GRACE] = [2, 3];
/** Seconds for the next capture on the slot: its browser may have to be replaced first. */
const NEXT = 60;
/** Cameras side by side: each has one slot and a browser of its own. */
const CAMERAS = 3;

interface Visit {
  ending: string;
  /** Seconds. */
  took: number;
  /** The colour that the next capture on the same slot shows. */
  next: string;
}

const visits = new Map<string, Visit>();

before(async () => {
  await using site = await startHostileSite();
  const waiting = [...hostilePages];
  const work = async () => {
    await using camera = await openCamera({ slots: 1, allow: [site.allow] });
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, { fullPage = false, delay = 0 }] = next;
      const startedAt = performance.now();
      const ending = await camera.ending({ url: site.urlOf(name), timeout: TIMEOUT, fullPage, delay, once: true });
      const took = (performance.now() - startedAt) / 1000;
      const shows = await camera.picture({ url: site.plain, timeout: NEXT }).then((body) => readPng(body).at(50, 50), String);
      visits.set(name, { ending, took, next: shows });
    }
  };
  await Promise.all(Array.from({ length: CAMERAS }, work));
});

for (const [name, { ends, delay = 0 }] of hostilePages) {
  test(`${name} ends in time, and the next capture is right`, () => {
    const visit = visits.get(name);
    assert.ok(visit);
    // On a busy machine any of them may run out of time first.
    assert.ok([...ends, 'timeout'].includes(visit.ending), `${visit.ending}, not ${ends.join(' or ')}`);
    assert.ok(visit.took <= TIMEOUT + delay + GRACE, `${visit.took} s`);
    assert.equal(visit.next, '#ff0000');
  });
}
