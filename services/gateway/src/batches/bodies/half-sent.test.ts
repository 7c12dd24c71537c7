import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { openGateway } from '../../gateway.fixture.ts';
import { openApp } from '../../open-app.ts';

let gateway: Awaited<ReturnType<typeof openGateway>>;
let open: Awaited<ReturnType<typeof openApp>>;
/** Requests that have come and are not over. */
let inHand = 0;
let came = 0;
before(async () => {
  gateway = await openGateway({
    onBuilt: (app) => {
      app.server.on('request', (_, response) => {
        came++;
        inHand++;
        response.once('close', () => inHand--);
      });
    },
  });
  open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 100 });
});
after(async () => {
  await open[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

const page = 'https://example.com/a';
const halves: [type: string, body: string][] = [
  ['application/json', `{"urls":["${page}"]`],
  ['text/csv', `url\n${page}\n`],
  ['text/plain', `${page}\n${page}?2\n`],
  ['multipart/form-data; boundary=edge', `--edge\r\ncontent-disposition: form-data; name="file"; filename="urls.txt"\r\n\r\n${page}\n`],
  ['multipart/form-data; boundary=edge', '--edge\r\ncontent-disposition: form-data; name="width"\r\n\r\n640\r\n'],
];

for (const [type, body] of halves) {
  test(`half of a ${type} that begins with ${JSON.stringify(body.slice(0, 60))}, and then nobody: nothing is asked of capture`, async () => {
    const [cameBefore, refusedBefore] = [came, gateway.intake.askedBatches.length];
    const socket = connect(open.port, '127.0.0.1');
    await once(socket, 'connect');
    const head = ['POST /api/v1/batches HTTP/1.1', 'host: x', 'authorization: Bearer key-one', `content-type: ${type}`];
    socket.write(`${[...head, `content-length: ${body.length + 100}`].join('\r\n')}\r\n\r\n${body}`);
    await eventually(() => came === cameBefore + 1 && inHand === 1);
    socket.destroy();
    await eventually(() => inHand === 0);
    // Those that come after it are served, so what was left behind has been dealt with.
    assert.equal((await gateway.ask('GET', '/api/v1/batches')).status, 200);
    assert.equal(gateway.intake.askedBatches.length, refusedBefore);
    assert.equal(gateway.intake.batches.size, 0);
    assert.deepEqual(
      gateway.lines.filter(({ level }) => level === 'error'),
      [],
    );
  });
}
