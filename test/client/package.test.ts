import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { installClient, root } from './installed.fixture.ts';

const exec = promisify(execFile);
let home: string;

before(async () => {
  home = await installClient();
});
after(() => rm(home, { recursive: true, force: true }));

test('the command line runs', async () => {
  const { stdout } = await exec(join(home, 'node_modules/.bin/shotwire'), ['--help'], { cwd: home });
  assert.match(stdout, /shot URL -o FILE/);
  await assert.rejects(exec(join(home, 'node_modules/.bin/shotwire'), ['shot'], { cwd: home }), { code: 2 });
});

test('a program imports it', async () => {
  const program =
    "import { Shotwire, ShotwireError, verifyWebhook } from 'shotwire'; console.log(typeof Shotwire, typeof ShotwireError, typeof verifyWebhook)";
  const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', program], { cwd: home });
  assert.equal(stdout, 'function function function\n');
});

test('a program in TypeScript knows its types', async () => {
  const right = `import { Shotwire } from 'shotwire';
    const shotwire = new Shotwire({ baseUrl: 'http://127.0.0.1', apiKey: 'k' });
    export const width: Promise<number | undefined> = shotwire.capture({ url: 'https://example.com', full_page: true }).then((shot) => shot.width);
    export const list = shotwire.call('get', '/api/v1/screenshots', { query: { limit: 5 } }).then(({ data }) => data.map(({ id }) => id));`;
  const tsc = (text: string) =>
    writeFile(join(home, 'program.ts'), text).then(() =>
      exec(
        join(root, 'node_modules/.bin/tsc'),
        ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom', 'program.ts'],
        {
          cwd: home,
        },
      ),
    );
  await tsc(right);
  await assert.rejects(tsc(right.replace('full_page: true', 'full_page: 1')), ({ stdout }) =>
    /'number' is not assignable to type 'boolean/.test(stdout),
  );
});

test('nothing but what is needed is in it', async () => {
  const { stdout } = await exec('tar', ['-tzf', `shotwire-0.1.0.tgz`], { cwd: home });
  const files = stdout.trim().split('\n');
  assert.deepEqual(
    files.filter((file) => !/^package\/(package\.json|README\.md|dist\/.*(?<!\.test|\.fixture)\.(js|d\.ts))$/.test(file)),
    [],
  );
});
