import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { denyTable } from '@shotwire/egress';
import { ranges } from './cases/addresses.ts';
import { corpusOf } from './cases/corpus.ts';
import { openTown, type Town } from './town/open-town.ts';
import { inNamespaces, onLoopback } from './town/place.ts';
import { type GuardedOutcome, type Outcome, tryGuarded, tryUnguarded } from './try-corpus.ts';

/** How each way of trying ends with the guard on. What a page embeds ends without a word. */
const refusals = {
  visited: /^(blocked_url|no_url)$/,
  // The first time its name is public: it is let through, and nobody listens there. Chrome asks again when its network changed meanwhile.
  revisited: /^(connection_refused|blocked_url), blocked_url$/,
  posted: /^blocked_url$/,
  said: /^(400|403)$/,
} as const;

let town: Town;
let guarded: GuardedOutcome;
let unguarded: Outcome;

before(async () => {
  town = await openTown();
  const cases = corpusOf(town.place);
  if (town.half !== undefined) process.stderr.write(`only the loopback half of the guard's corpus is run: ${town.half}\n`);
  guarded = await tryGuarded(town, cases);
  unguarded = await tryUnguarded(town, cases);
});
after(() => town?.[Symbol.asyncDispose]());

const groups = new Map<string, boolean>();
for (const { group, loopback } of corpusOf(inNamespaces)) groups.set(group, loopback || (groups.get(group) ?? false));

for (const [group, onLoopbackToo] of groups) {
  test(`${group}: nothing arrives, and all of it does with the guard off`, (t) => {
    if (town.half !== undefined && !onLoopbackToo) return t.skip(town.half);
    const rows = corpusOf(town.place).filter((row) => row.group === group);
    const provable = rows.filter(({ unprovable }) => unprovable === undefined);
    const named = (some: typeof rows) => some.map(({ name }) => name);
    assert.deepEqual(named(rows.filter(({ port }) => guarded.hits.has(port))), [], 'arrived with the guard on');
    assert.deepEqual(named(provable.filter(({ port }) => !unguarded.hits.has(port))), [], 'did not arrive with the guard off');
    for (const { name, way, port } of rows) {
      if (way in refusals) assert.match(guarded.endings.get(port) ?? '', refusals[way as keyof typeof refusals], name);
    }
    t.diagnostic(`${provable.length} cases, ${rows.length - provable.length} not provable`);
  });
}

test('no victim is sent a packet while the guard is on', (t) => {
  if (guarded.packets === undefined) return t.skip(town.half ?? 'there is no iptables to count packets with');
  assert.equal(guarded.packets, 0);
});

test('Chrome asks no name server, and the service asks once for each name and family', (t) => {
  if (town.half !== undefined) return t.skip(town.half);
  assert.deepEqual(guarded.strayQuestions, []);
  const embedded = corpusOf(town.place).filter(({ way, records }) => way === 'embedded' && records);
  assert.deepEqual([...guarded.questions].sort(), embedded.flatMap(({ host }) => [host, host]).sort());
});

test('what is not of the web is refused before Chrome hears of it', () => {
  for (const [url, ending] of guarded.schemes) assert.equal(ending, 'blocked_url', url);
});

test('every range that the service refuses is in the corpus', () => {
  assert.deepEqual([...denyTable.map(({ cidr }) => cidr)].sort(), [...ranges].sort());
});

test('the corpus is large, and most of its loopback half needs no namespaces', () => {
  const provable = (place: Parameters<typeof corpusOf>[0]) => corpusOf(place).filter(({ unprovable }) => unprovable === undefined).length;
  assert.ok(provable(inNamespaces) >= 400);
  assert.ok(provable(onLoopback(20_000)) >= 150);
});
