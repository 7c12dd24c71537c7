import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { filesWithTables, renewTables } from './tables.ts';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

for (const [path, tables] of Object.entries(filesWithTables)) {
  test(`the tables of ${path} are those of the code; \`make generate\` renews them`, () => {
    const text = readFileSync(new URL(path, root), 'utf8');
    assert.equal(text, renewTables(text));
    assert.equal(text.match(/<!-- table: /g)?.length, tables);
  });
}

test('what has fields of its own is told where the tables point to', () => {
  const text = readFileSync(new URL('docs/options.md', root), 'utf8');
  const targets = [...`${text}${readme}`.matchAll(/\]\((?:docs\/options\.md)?#([a-z_]+)\)/g)].map(([, name]) => name as string);
  assert.ok(targets.length > 5);
  assert.deepEqual(
    targets.filter((name) => !text.includes(`\n## ${name}\n`)),
    [],
  );
});

test('what the README links to is there', () => {
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path as string);
  assert.ok(links.length > 5);
  assert.deepEqual(
    links.filter((path) => !existsSync(new URL(path, root))),
    [],
  );
});

test('the make targets that the README names are there', () => {
  const targets = new Set([...readme.matchAll(/`?make ([a-z-]+)/g)].map(([, target]) => target as string));
  for (const target of targets) execFileSync('make', ['-n', target], { cwd: root, stdio: 'pipe' });
  assert.ok(targets.has('up') && targets.has('test'));
});

test('the receiver of the README verifies a webhook, and refuses a forged one', async () => {
  const [, code] = /```js\n(\/\/ verify\.mjs[\s\S]*?)```/.exec(readme) ?? [];
  assert.ok(code);
  const { isGenuine } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    isGenuine: (secret: string, headers: Record<string, string>, body: string) => boolean;
  };
  const { createHmac } = await import('node:crypto');
  const key = Buffer.from('0123456789abcdef0123456789abcdef');
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', key).update(`msg_1.${timestamp}.{}`).digest('base64');
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  const secret = `whsec_${key.toString('base64')}`;
  assert.equal(isGenuine(secret, headers, '{}'), true);
  assert.equal(isGenuine(secret, headers, '{ }'), false);
  assert.equal(isGenuine(secret, { ...headers, 'webhook-timestamp': String(Number(timestamp) - 600) }, '{}'), false);
  assert.equal(isGenuine(secret, { ...headers, 'webhook-signature': 'v1,AAAA' }, '{}'), false);
});
