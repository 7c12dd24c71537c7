import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { BatchStatus, IntakeService } from '@shotwire/contract';
import { createRpcClient } from '@shotwire/rpc';
import { eventually } from '@shotwire/testing';
import { Webhook } from 'standardwebhooks';
import { fromBufferPromise } from 'yauzl';
import { announcementsOf, openHouse } from './house.fixture.ts';

let house: Awaited<ReturnType<typeof openHouse>>;

before(async () => {
  house = await openHouse();
});
after(async () => {
  await house[Symbol.asyncDispose]();
});

const context = { account: 'default' };

test('a batch goes from its rows to its one webhook, which is signed, and what failed of it goes once more', async () => {
  const { site, receiver, stack } = house;
  using intake = createRpcClient(IntakeService, { address: stack.services.capture.address, defaultTimeoutMs: 15_000 });
  const id = randomUUID();
  const rows = [`${site.url}/plain.html`, 'http://nowhere.example/', `${site.url}/plain.html?2`].map((url) => ({ url }));
  const [ofRows, ofBatch] = [`${receiver.url}/rows`, `${receiver.url}/batch`].map((webhookUrl) => ({ webhookUrl }));
  const asked = { id, rows, common: { announcement: ofRows ?? {} }, announcement: ofBatch ?? {}, externalId: 'spring' };
  await intake.createBatch(asked, { context });

  await receiver.until((requests) => requests.some(({ path }) => path === '/batch'), { timeoutMs: 60_000 });
  const { headers, body } = receiver.requests.find(({ path }) => path === '/batch') ?? assert.fail();
  const { event, data } = JSON.parse(body.toString());
  assert.equal(event, 'batch.completed');
  const { created_at, ended_at, ...rest } = data;
  assert.deepEqual(rest, { id, status: 'completed', total: 3, completed: 2, failed: 1, cancelled: 0, external_id: 'spring' });
  assert.ok(created_at < ended_at);
  const { webhook_secret } = (await (await house.get('/api/v1/account/signing-secret')).json()) as { webhook_secret: string };
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  new Webhook(webhook_secret).verify(body.toString(), named);

  const { screenshots } = await intake.listScreenshots({ batchId: id, limit: 10 }, { context });
  assert.deepEqual(
    screenshots.map(({ url }) => url),
    rows.map(({ url }) => url),
  );
  await eventually(() =>
    assert.deepEqual(
      screenshots.map((one) => announcementsOf(receiver, one.id).map((told) => told.body.event)),
      [['screenshot.completed'], ['screenshot.failed'], ['screenshot.completed']],
    ),
  );
  for (const one of [screenshots[0], screenshots[2]]) {
    const image = await house.get(`/api/v1/screenshots/${one?.id}/image`);
    assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/png']);
  }

  const newId = randomUUID();
  await intake.replayBatch({ id, newId }, { context });
  await eventually(() => assert.equal(announcementsOf(receiver, newId)[0]?.body.event, 'batch.failed'), { timeoutMs: 30_000 });
  const { batch: replay } = await intake.getBatch({ id: newId }, { context });
  assert.deepEqual([replay?.status, replay?.total, replay?.failed, replay?.replayOf], [BatchStatus.FAILED, 1, 1, id]);
  assert.equal(announcementsOf(receiver, id).length, 1, 'the end of a batch is told once');
});

test('a table of pages goes from one POST to one ZIP', async () => {
  const { site, stack } = house;
  const table = `url,width\n${site.url}/plain.html,400\nhttp://nowhere.example/,\n${site.url}/plain.html?2,\n`;
  const headers = { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'text/csv' };
  const answer = await fetch(`${stack.url}/api/v1/batches?height=300`, { method: 'POST', headers, body: table });
  const { id, ...said } = (await answer.json()) as { id: string };
  assert.equal(answer.status, 202, JSON.stringify(said));
  const zip = await eventually(
    async () => {
      const download = await house.get(`/api/v1/batches/${id}/download`);
      assert.equal(download.status, 200);
      return fromBufferPromise(Buffer.from(await download.arrayBuffer()), { lazyEntries: true });
    },
    { timeoutMs: 60_000 },
  );
  const sizes: Record<string, number[]> = {};
  for await (const entry of zip.eachEntry()) {
    const bytes = await buffer(await zip.openReadStreamPromise(entry));
    // The size of a png stands in its first bytes.
    sizes[entry.fileName.replace(/-.*(?=\.png)/, '')] = entry.fileName.endsWith('.png')
      ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
      : [];
  }
  assert.deepEqual(sizes, { '00001.png': [400, 300], '00003.png': [1280, 300], 'manifest.json': [] });
});
