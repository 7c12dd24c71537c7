import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { openGateway } from '../gateway.fixture.ts';
import { openApp } from '../open-app.ts';

/** What is sent, and what comes back: the status and the error's code. */
const table: Record<string, [sent: string, status: number, code: string]> = {
  'no HTTP at all': ['hello\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  'a header without a name': ['GET / HTTP/1.1\r\n: x\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  'endless headers': [`GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  'two lengths': ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  'a length and chunks': [
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    400,
    'MALFORMED_REQUEST',
  ],
  'an expectation of nothing we know': [
    'GET /nowhere HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\nconnection: close\r\n\r\n',
    404,
    'NOT_FOUND',
  ],
  'no host': ['GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 404, 'NOT_FOUND'],
  'an address that is none': ['GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 404, 'NOT_FOUND'],
};

for (const [name, [sent, status, code]] of Object.entries(table)) {
  test(`${name}: ${status} in the shape of every other error`, async () => {
    await using gateway = await openGateway();
    await using open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 100 });
    const client = connect(open.port, '127.0.0.1');
    client.write(sent);
    const [head = '', body = ''] = (await text(client)).split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(head, /content-type: application\/json; charset=utf-8/i);
    const problem = JSON.parse(body);
    assert.equal(problem.error.code, code);
    assert.equal(problem.error.status, status);
    assert.match(head, new RegExp(`x-request-id: ${problem.request_id}`, 'i'));
  });
}

test('a client that hangs up in the middle of its body is no trouble of ours', async () => {
  await using gateway = await openGateway();
  const open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 1_000 });
  const arrived = once(gateway.app.server, 'request');
  const client = connect(open.port, '127.0.0.1');
  client.write(
    'POST /api/v1/screenshots HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key-one\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  );
  const [request] = await arrived;
  await eventually(() => request.listenerCount('data') > 0);
  client.destroy();
  await eventually(() => gateway.lines.some(({ msg }) => msg === 'request'));
  await open[Symbol.asyncDispose]();
  assert.deepEqual(
    gateway.lines.filter(({ level }) => level === 'error'),
    [],
  );
});
