import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startTestPostgres } from './start-test-postgres.ts';

test('PostgreSQL takes connections until it is closed', async () => {
  const postgres = await startTestPostgres();
  const { hostname, port } = new URL(postgres.url);
  const dial = async () => {
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    socket.destroy();
  };
  try {
    await dial();
  } finally {
    await postgres.close();
  }
  await assert.rejects(dial(), { code: 'ECONNREFUSED' });
});
