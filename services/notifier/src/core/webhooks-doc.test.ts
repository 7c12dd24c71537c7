import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventTypes } from './event-types.ts';
import { eventOf } from './events.fixture.ts';
import { headerProblem, requestHeaders } from './headers.ts';
import { type DialectName, type ProfileName, profiles } from './profiles.ts';
import { rendered } from './rendered.fixture.ts';
import { keyPairFrom } from './signing-key.ts';

const page = readFileSync(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');

/** Blocks of code by what is said of them: `json center finished screenshot.completed`. */
const blocks = new Map([...page.matchAll(/^```(\S+ [^\n]+)\n([\s\S]*?)^```$/gm)].map(([, title = '', code = '']) => [title, code]));

const shapes = [
  { profile: 'run', dialect: 'done', types: ['screenshot.completed', 'screenshot.failed', 'screenshot.cancelled'] },
  { profile: 'center', dialect: 'done', types: eventTypes },
  { profile: 'center', dialect: 'finished', types: ['screenshot.completed', 'batch.completed'] },
  { profile: 'standard', dialect: 'done', types: eventTypes },
] as const satisfies readonly { profile: ProfileName; dialect: DialectName; types: readonly string[] }[];

for (const { profile, dialect, types } of shapes)
  for (const type of types)
    test(`docs/webhooks.md shows ${type} of profile ${profile} (${dialect}) as it is`, () => {
      const title = `json ${profile} ${profile === 'center' ? `${dialect} ` : ''}${type}`;
      const { said } = rendered(eventOf({ type }), { profile, dialect });
      assert.equal(blocks.get(title), `${JSON.stringify(said, null, 2)}\n`, title);
    });

test('it shows no other bodies', () => {
  const count = shapes.reduce((sum, { types }) => sum + types.length, 0);
  assert.equal([...blocks.keys()].filter((title) => title.startsWith('json ')).length, count);
});

test('it has the schedules as they are', () => {
  for (const [name, { schedule }] of Object.entries(profiles)) assert.ok(page.includes(`| \`${name}\` | ${schedule.join(', ')} |`), name);
});

test('the headers that it says are ours cannot be set', () => {
  const [, list = ''] = /These cannot be set(.*?)A value is/s.exec(page) ?? [];
  const names = [...list.matchAll(/`([a-z0-9-]{2,})`/g)].flatMap(([, name]) => name ?? []);
  assert.ok(names.length > 30);
  for (const name of names) assert.match(headerProblem(name.replace(/-$/, '-x'), 'x') ?? '', /set by us/, name);
});

/** What a block of the page exports. */
async function runBlock(title: string) {
  return import(`data:text/javascript,${encodeURIComponent(blocks.get(title) ?? assert.fail(title))}`);
}

const key = randomBytes(32);
const instanceKey = keyPairFrom(randomBytes(32));

const nowS = () => Math.floor(Date.now() / 1000);

function requestOf(profile: ProfileName, timestamp = nowS()) {
  const event = eventOf();
  const body = Buffer.from(rendered(event, { profile }).body);
  const letter = {
    profile,
    dialect: 'done',
    webhookId: `msg_${'0'.repeat(32)}`,
    eventId: event.id,
    eventType: event.type,
    attempt: 1,
    body,
  } as const;
  const sent = requestHeaders({ ...letter, timestamp, keys: [key], instanceKey, custom: {} });
  // As a server of Node has them.
  const headers = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  return { headers, body };
}

test('its verifier of X-Signature takes the body as it came, and no other', async () => {
  const { verify } = await runBlock('js X-Signature');
  const { headers, body } = requestOf('center');
  assert.equal(verify(headers, body, key), true);
  assert.equal(verify(headers, Buffer.concat([body, Buffer.from(' ')]), key), false);
  assert.equal(verify({}, body, key), false);
});

test('its verifier of v1a needs the published keys alone', async () => {
  const { verify } = await runBlock('js v1a');
  const jwkOf = ({ kid, publicKey }: ReturnType<typeof keyPairFrom>) => ({
    kty: 'OKP',
    crv: 'Ed25519',
    kid,
    x: publicKey.toString('base64url'),
  });
  const other = keyPairFrom(randomBytes(32));
  const { headers, body } = requestOf('run');
  assert.equal(verify(headers, body, { keys: [jwkOf(other), jwkOf(instanceKey)] }), true);
  assert.equal(verify(headers, body, { keys: [jwkOf(other)] }), false);
  assert.equal(verify(headers, Buffer.concat([body, Buffer.from(' ')]), { keys: [jwkOf(instanceKey)] }), false);
  const late = requestOf('run', nowS() - 310);
  assert.equal(verify(late.headers, late.body, { keys: [jwkOf(instanceKey)] }), false);
});
