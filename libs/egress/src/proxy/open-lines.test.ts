import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { openLines } from './open-lines.ts';

test('a connection that is broken when it comes is a failure, not a reason to dial again', async () => {
  let dials = 0;
  const lines = openLines(() => {
    assert.ok(++dials < 10, 'dialled again and again');
    return Promise.resolve(new Socket().destroy());
  });
  const { client } = lines.take({ host: 'site.test', port: 80 });
  await assert.rejects(client.request({ path: '/', method: 'GET' }), { code: 'CONNECTION_FAILED' });
  assert.equal(dials, 1);
});
