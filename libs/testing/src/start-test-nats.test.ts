import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startTestNats } from './start-test-nats.ts';

/** What the server says to whoever connects. */
async function info(port: number): Promise<{ jetstream?: boolean; server_id: string; port: number }> {
  const socket = connect({ host: '127.0.0.1', port, signal: AbortSignal.timeout(5000) });
  const [greeting] = await once(socket, 'data');
  socket.destroy();
  return JSON.parse(String(greeting).replace(/^INFO /, ''));
}

test('nats-server runs with JetStream, and again on the same port after it was killed', async () => {
  await using nats = await startTestNats();
  const before = await info(nats.port);
  assert.equal(before.jetstream, true);
  const pid = nats.pid;
  await nats.kill('SIGKILL');
  assert.equal(existsSync(`/proc/${pid}`), false);
  await assert.rejects(info(nats.port));
  await nats.restart();
  assert.notEqual((await info(nats.port)).server_id, before.server_id);
  assert.notEqual(nats.pid, pid);
});
