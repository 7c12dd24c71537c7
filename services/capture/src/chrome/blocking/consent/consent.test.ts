import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Site, startSite } from '@shotwire/testing';
import { openVisitor } from '../visit.fixture.ts';

let site: Site;
let visitor: Awaited<ReturnType<typeof openVisitor>>;
const house = new AsyncDisposableStack();

before(async () => {
  site = house.use(await startSite());
  visitor = house.use(await openVisitor());
});

after(() => house.disposeAsync());

const visit = (name: string, options = {}) => visitor.visit(`${site.url}/consent-${name}.html`, options);

for (const [name, cmp] of [
  ['onetrust', 'Onetrust'],
  ['cookiebot', 'Cybotcookiebot'],
  ['didomi', 'didomi'],
] as const) {
  test(`a dialog of ${name} is refused by its own button`, async () => {
    await using visited = await visit(name);
    assert.deepEqual(visited.removal, { detected: true, by: 'autoconsent', cmp, removed: true });
    assert.equal(await visited.page.evaluate('document.documentElement.dataset.choice'), 'rejected');
  });
}

test('a dialog that nobody knows is hidden with its backdrop, and the page scrolls again', async () => {
  await using visited = await visit('unknown');
  assert.deepEqual(visited.removal, { detected: true, by: 'heuristic', removed: true });
  const middle = await visited.page.evaluate('document.elementFromPoint(innerWidth / 2, innerHeight / 2).tagName');
  assert.equal(middle, 'MAIN');
  const overflow = '[document.documentElement, document.body].map((element) => getComputedStyle(element).overflowY)';
  assert.deepEqual(await visited.page.evaluate(overflow), ['visible', 'visible']);
  assert.equal(await visited.page.evaluate('document.querySelector("header").checkVisibility()'), true);
});

for (const name of ['shadow', 'frame']) {
  test(`a dialog in a ${name} is hidden`, async () => {
    await using visited = await visit(name);
    assert.deepEqual(visited.removal, { detected: true, by: 'heuristic', removed: true });
    const below = await visited.page.evaluate('document.elementFromPoint(innerWidth / 2, innerHeight - 20)?.tagName');
    assert.equal(below, 'HTML');
  });
}

test('where scripts do not run, what they would close is hidden', async () => {
  await using visited = await visit('didomi', { disableJavascript: true });
  assert.deepEqual(visited.removal, { detected: true, by: 'heuristic', removed: true });
});

test('of an application that fills the window only the notice goes', async () => {
  await using visited = await visit('app');
  assert.deepEqual(visited.removal, { detected: true, by: 'heuristic', removed: true });
  assert.equal(await visited.page.evaluate('document.querySelector("h1").checkVisibility()'), true);
  assert.equal(await visited.page.evaluate('document.querySelector(".x-notice").checkVisibility()'), false);
});

test('a dialog that comes back each time is not said to be removed', async () => {
  await using visited = await visit('stubborn');
  assert.deepEqual(visited.removal, { detected: true, removed: false });
});

test('a page without a dialog is left as it is', async () => {
  await using visited = await visit('none');
  assert.deepEqual(visited.removal, { detected: false, removed: false });
  assert.equal(await visited.page.evaluate('document.querySelectorAll("[style*=important]").length'), 0);
});

test('without block_cookies nobody looks', async () => {
  await using visited = await visit('unknown', { blockCookies: false });
  assert.equal(visited.removal, undefined);
  assert.equal(await visited.page.evaluate('document.querySelector(".x-box").checkVisibility()'), true);
});
