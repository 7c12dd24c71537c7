import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { eventually } from './eventually.ts';
import { startTestPostgres } from './start-test-postgres.ts';

async function dial(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.destroy();
}

/** A process that starts PostgreSQL, says where it is, and then does something. */
function spawnOwner(andThen: string) {
  const script = `
    import { startTestPostgres } from ${JSON.stringify(import.meta.resolve('./start-test-postgres.ts'))};
    const postgres = await startTestPostgres();
    console.log(postgres.url);
    ${andThen}`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('PostgreSQL takes connections until it is closed', async () => {
  const postgres = await startTestPostgres();
  try {
    await dial(postgres.url);
  } finally {
    await postgres.close();
  }
  await assert.rejects(dial(postgres.url), { code: 'ECONNREFUSED' });
});

test('a process that failed still ends as failed', async () => {
  const owner = spawnOwner('await postgres.close(); process.exitCode = 3;');
  assert.deepEqual(await once(owner, 'exit'), [3, null]);
});

test('a process that is told to go, or exits without closing it, takes its PostgreSQL along', async () => {
  for (const andThen of [`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`, 'process.exit(1);']) {
    const owner = spawnOwner(andThen);
    const said = text(owner.stdout);
    await once(owner, 'exit');
    const url = (await said).trim();
    await eventually(() => assert.rejects(dial(url), { code: 'ECONNREFUSED' }));
  }
});
