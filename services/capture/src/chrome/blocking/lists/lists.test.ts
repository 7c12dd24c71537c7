import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLogger, createMetrics } from '@shotwire/telemetry';
import { openJudges } from './open-judges.ts';
import { purposesOfList } from './purposes-of-list.ts';
import { readLists } from './read-lists.ts';

let folder: string;
const log = createLogger({ service: 'capture', level: 'silent' });

before(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'lists-')), 'assets');
  await mkdir(join(folder, 'below'), { recursive: true });
});

after(() => rm(join(folder, '..'), { recursive: true }));

const write = (name: string, text: string) => writeFile(join(folder, name), text);

test('lists are sorted by their titles, or by the names of their files', () => {
  const table = {
    EasyList: ['ads'],
    EasyPrivacy: ['trackers'],
    'uBlock filters': ['ads'],
    'uBlock filters – Privacy': ['trackers'],
    'uBlock filters – Badware risks': ['ads'],
    'uBlock filters – Annoyances': ['cookies'],
    'EasyList Cookie List': ['cookies'],
    'AdGuard – Cookie Notices': ['cookies'],
    'EasyList – Chat Widgets': ['chats'],
    'AdGuard Tracking Protection': ['trackers'],
    'Something else': ['ads'],
  };
  for (const [title, purposes] of Object.entries(table)) assert.deepEqual(purposesOfList({ title, file: 'list.txt' }), purposes, title);
  assert.deepEqual(purposesOfList({ title: '', file: 'easyprivacy.txt' }), ['trackers']);
  assert.deepEqual(purposesOfList({ title: '', file: 'badlists.txt' }), []);
});

test('a list says its name, its rules and its age; one that does not is known by its file', async () => {
  await write(
    'easylist.txt',
    '[Adblock Plus 2.0]\n! Title: EasyList\n! Last modified: 01 Jan 2026 12:00 UTC\n! comment\n\n||a.example^\n##.ad\n',
  );
  await write('below/plain.txt', '# a comment\n||b.example^\n');
  await utimes(join(folder, 'below/plain.txt'), 1_000, 2_000);
  const lists = await readLists(folder);
  assert.deepEqual(
    lists.map(({ name, rules, changedAt }) => [name, rules, changedAt]),
    [
      ['plain.txt', 1, 2_000_000],
      ['EasyList', 2, Date.parse('2026-01-01T12:00:00Z')],
    ],
  );
  assert.deepEqual(await readLists('/nowhere'), []);
});

test('a bare host name means that host, and not whatever contains it', async () => {
  await write('hosts.txt', '0.0.0.0 bad.example\nworse.example\n');
  const { ads } = await openJudges({ folder, log, metrics: createMetrics('capture') });
  const refuses = (url: string) => ads?.refuses({ url, from: 'https://page.example/', type: 'script' }) !== undefined;
  assert.ok(refuses('https://bad.example/x.js'));
  assert.ok(refuses('https://www.worse.example/x.js'));
  assert.ok(!refuses('https://good.example/?from=worse.example'));
});

test('one selector that is none loses no other, and a style of a rule is kept', async () => {
  await write('selectors.txt', 'page.example##.one\npage.example##.two\npage.example##.three:style(height: 1px !important;)\n');
  const { ads } = await openJudges({ folder, log, metrics: createMetrics('capture') });
  const styles = new Map(ads?.styles({ url: 'https://page.example/' }));
  assert.match(styles.get('.one') ?? '', /display: none/);
  assert.match(styles.get('.two') ?? '', /display: none/);
  assert.match(styles.get('.three') ?? '', /^height: 1px/);
  assert.ok(!styles.has('.ad'));
  const tokens = { classes: ['ad'], ids: [], hrefs: [] };
  assert.ok(new Map(ads?.styles({ url: 'https://other.example/', tokens })).has('.ad'));
});

test('stand-ins installed beside the lists are used, and known without them where they are empty', async () => {
  await write(
    'redirects.txt',
    '/lib.js$script,redirect=some_lib.js\n/empty.js$script,redirect=noopjs:10\n/unknown.js$script,redirect=nobody.js\n',
  );
  await mkdir(join(folder, '../web_accessible_resources'));
  await writeFile(join(folder, '../web_accessible_resources/some_lib.js'), 'window.lib = 1;');
  const { ads } = await openJudges({ folder, log, metrics: createMetrics('capture') });
  const instead = (path: string) =>
    ads?.refuses({ url: `https://x.example/${path}`, from: 'https://page.example/', type: 'script' })?.instead;
  assert.equal(instead('lib.js')?.body.toString(), 'window.lib = 1;');
  assert.equal(instead('empty.js')?.contentType, 'text/javascript');
  assert.equal(instead('unknown.js'), undefined);
  assert.ok(ads?.refuses({ url: 'https://x.example/unknown.js', from: 'https://page.example/', type: 'script' }));
});

test('without lists there are no judges', async () => {
  assert.deepEqual(await openJudges({ folder: '/nowhere', log, metrics: createMetrics('capture') }), {});
});
