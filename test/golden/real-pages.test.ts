import { after, before, type TestContext, test } from 'node:test';
import { WaitUntil } from '@shotwire/contract';
import { bringPages } from '../bench/pages.ts';
import { type BenchSite, openSite } from '../bench/site.ts';
import { assertAlike } from './assert-alike.ts';
import { openScene, type Scene } from './open-scene.ts';
import { openPerson, type Person } from './scroll-by-hand.ts';

let scene: Scene;
let pages: BenchSite;
let person: Person;
/** Why there are no pages; empty when there are. */
let lacking = '';

const BRING_MS = 120_000;

before(async () => {
  const started = performance.now();
  await bringPages({ log: console.log, signal: AbortSignal.timeout(BRING_MS) }).catch((thrown: Error) => {
    lacking = 'npm could not bring the packages of test/bench/pages';
    console.log(thrown.message);
  });
  console.log(lacking || `the pages were there after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  pages = await openSite();
  scene = await openScene();
  person = await openPerson();
});

after(async () => {
  await person[Symbol.asyncDispose]();
  await scene[Symbol.asyncDispose]();
  await pages[Symbol.asyncDispose]();
});

function here(t: TestContext): boolean {
  if (lacking) t.skip(lacking);
  return !lacking;
}

/** What a client asks for whose page is filled by scripts. */
const atRest = { waitUntil: WaitUntil.NETWORKIDLE0, stable: true };

const desk = { width: 1280, height: 800 };

/** What comes into the picture by chance: nothing that a person would see. */
const alike = { channel: 16, share: 0.0005 };

const whole = [
  { page: '/site/golden-bootstrap.html', says: 'bootstrap, with a bar that sticks' },
  { page: '/site/golden-swagger.html', says: 'swagger-ui, which a script fills' },
  { page: '/starter.html', says: 'admin-lte, less high than the window' },
  { page: '/index3.html', says: 'admin-lte with charts' },
  { page: '/pages/UI/general.html', says: 'admin-lte, ten windows high' },
  { page: '/pages/layout/fixed-topnav.html', says: 'admin-lte with a fixed bar' },
  { page: '/pages/layout/fixed-sidebar.html', says: 'admin-lte with a fixed sidebar' },
  { page: '/pages/layout/fixed-footer.html', says: 'admin-lte with a fixed footer' },
] as const;

for (const { page, says } of whole) {
  test(`a full page is what scrolling by hand shows: ${says}`, async (t) => {
    if (!here(t)) return;
    const url = `${pages.url}${page}`;
    const [byHand, picture] = await Promise.all([person.scroll(url, desk), scene.picture(url, { ...atRest, fullPage: true })]);
    await assertAlike(picture, byHand, { name: `whole ${page}`, tolerance: alike });
  });
}

for (const page of [
  '/site/golden-reveal.html',
  '/site/golden-reveal.html#/1',
  '/pages/charts/chartjs.html',
  '/pages/examples/login.html',
]) {
  test(`the viewport is what a window shows: ${page}`, async (t) => {
    if (!here(t)) return;
    const url = `${pages.url}${page}`;
    const [byHand, picture] = await Promise.all([person.look(url, desk), scene.picture(url, atRest)]);
    await assertAlike(picture, byHand, { name: `window ${page}`, tolerance: alike });
  });
}

const ten = [
  '/site/golden-bootstrap.html',
  '/site/golden-swagger.html',
  '/site/golden-reveal.html',
  '/index3.html',
  '/pages/widgets.html',
  '/pages/UI/general.html',
  '/pages/UI/icons.html',
  '/pages/charts/chartjs.html',
  '/pages/mailbox/mailbox.html',
  '/pages/examples/profile.html',
];

for (const page of ten) {
  test(`a stable picture taken twice is the same, pixel for pixel: ${page}`, async (t) => {
    if (!here(t)) return;
    const options = { ...atRest, fullPage: true, disableAnimations: true };
    const [first, second] = await Promise.all([1, 2].map(() => scene.picture(`${pages.url}${page}`, options)));
    if (first && second) await assertAlike(second, first, { name: `twice ${page}`, tolerance: { channel: 0, share: 0 } });
  });
}
