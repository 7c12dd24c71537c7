import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { BatchStatus, ProblemSchema, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { eventually } from '@shotwire/testing';
import { fromBufferPromise } from 'yauzl';
import { openGateway } from '../../gateway.fixture.ts';
import { openApp } from '../../open-app.ts';

const path = '/api/v1/batches';

type Gateway = Awaited<ReturnType<typeof openGateway>>;

/** A batch that has ended, its rows with these pictures; a row without one failed. */
async function endedBatch(gateway: Gateway, pages: readonly (readonly [url: string, picture?: Buffer])[]) {
  const { json } = await gateway.ask('POST', path, { body: { urls: pages.map(([url]) => url) } });
  const rows = [...gateway.intake.screenshots.values()].filter(({ batchId }) => batchId === json.id);
  for (const [index, [, picture]] of pages.entries()) {
    const row = rows[index] ?? assert.fail();
    if (picture) await gateway.complete(row.id, picture);
    else
      Object.assign(row, {
        status: ScreenshotStatus.FAILED,
        problem: create(ProblemSchema, { code: 'TIMEOUT', message: 'It took too long.' }),
      });
  }
  Object.assign(gateway.intake.batches.get(json.id) ?? assert.fail(), { status: BatchStatus.COMPLETED });
  return { id: json.id as string, rows: rows as Screenshot[] };
}

/** The files of a ZIP, read by a program that is not the one that wrote it. */
async function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return files;
}

test('the ZIP has each picture as it is stored, in the order of the rows, and a manifest of what became of all', async () => {
  await using gateway = await openGateway();
  const pictures = [randomBytes(200_000), randomBytes(10)] as const;
  const { id } = await endedBatch(gateway, [
    ['https://example.com/a?b=c#d', pictures[0]],
    ['https://example.com/gone'],
    ['https://example.com/a', pictures[1]],
  ]);
  const { status, headers, bytes } = await gateway.ask('GET', `${path}/${id}/download`);
  assert.deepEqual([status, headers['content-type']], [200, 'application/zip']);
  assert.equal(headers['content-disposition'], `attachment; filename="batch-${id}.zip"`);
  const files = await unzip(bytes);
  const names = ['00001-example.com-a.png', '00003-example.com-a.png', 'manifest.json'];
  assert.deepEqual([...files.keys()], names);
  assert.ok(files.get(names[0] ?? '')?.equals(pictures[0]));
  assert.ok(files.get(names[1] ?? '')?.equals(pictures[1]));
  const { batch, rows } = JSON.parse(String(files.get('manifest.json')));
  assert.deepEqual([batch.id, batch.total], [id, 3]);
  assert.deepEqual(
    rows.map(({ row, status, file, error }: Record<string, unknown>) => [row, status, file, error]),
    [
      [1, 'completed', names[0], undefined],
      [2, 'failed', null, { code: 'TIMEOUT', message: 'It took too long.' }],
      [3, 'completed', names[1], undefined],
    ],
  );
});

test('no name in the ZIP leads out of the folder it is unpacked into, whatever its page is called', async () => {
  await using gateway = await openGateway();
  const hostile = [
    'https://example.com/../../../etc/passwd',
    'https://example.com/..%2f..%2fetc%2fpasswd',
    'https://example.com/%5C..%5C..%5Cwindows',
    'https://example.com/a\u0000b',
    'https://example.com/CON:aux|"<>*?\r\nx: y',
    `https://example.com/${'long/'.repeat(300)}`,
    'https://xn--bcher-kva.example/ü',
  ];
  const { id, rows } = await endedBatch(
    gateway,
    hostile.map((_, index) => [`https://example.com/${index}`, Buffer.from('x')] as const),
  );
  for (const [index, row] of rows.entries()) row.url = hostile[index] ?? '';
  const names = [...(await unzip((await gateway.ask('GET', `${path}/${id}/download`)).bytes)).keys()];
  assert.equal(names.length, hostile.length + 1);
  for (const name of names) assert.match(name, /^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9-]+)*$/);
  for (const name of names) assert.ok(name.length < 100, name);
});

test('a batch of more rows than are asked for at once is whole', async () => {
  await using gateway = await openGateway();
  const { id, rows } = await endedBatch(
    gateway,
    Array.from({ length: 250 }, () => ['https://example.com/', Buffer.from('x')] as const),
  );
  const files = await unzip((await gateway.ask('GET', `${path}/${id}/download`)).bytes);
  assert.equal(files.size, 251);
  assert.deepEqual(
    JSON.parse(String(files.get('manifest.json'))).rows.map((row: { id: string }) => row.id),
    rows.map((row) => row.id),
  );
});

test('what the archive does not have any more is left out, and the manifest says so', async () => {
  await using gateway = await openGateway();
  const { id, rows } = await endedBatch(gateway, [
    ['https://example.com/a', Buffer.from('a')],
    ['https://example.com/b', Buffer.from('b')],
    ['https://example.com/c', Buffer.from('c')],
  ]);
  await gateway.complete(rows[0]?.id ?? '', Buffer.from('a'), { expiresMs: Date.now() - 1 });
  await gateway.archive.delete({ key: rows[1]?.image?.key ?? '', signal: AbortSignal.timeout(5_000) });
  const files = await unzip((await gateway.ask('GET', `${path}/${id}/download`)).bytes);
  assert.deepEqual([...files.keys()], ['00003-example.com-c.png', 'manifest.json']);
  const { rows: told } = JSON.parse(String(files.get('manifest.json')));
  assert.deepEqual(
    told.map(({ file, error }: { file: string | null; error?: { code: string } }) => [file, error?.code]),
    [
      [null, 'EXPIRED'],
      [null, 'EXPIRED'],
      ['00003-example.com-c.png', undefined],
    ],
  );
});

test('a batch that has not ended has no ZIP yet', async () => {
  await using gateway = await openGateway();
  const { json } = await gateway.ask('POST', path, { body: { urls: ['https://example.com/'] } });
  const { status, headers, json: said } = await gateway.ask('GET', `${path}/${json.id}/download`);
  assert.deepEqual([status, said.error.code, headers['retry-after']], [409, 'NOT_ENDED', '5']);
});

/** An archive whose pictures never end, which counts what is read of them. */
function endlessArchive() {
  const opened: Readable[] = [];
  let read = 0;
  const get = async () => {
    const body = new Readable({
      read() {
        read += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    opened.push(body);
    return { body, size: 2 ** 40, mimeType: 'image/png' };
  };
  return { archive: { get }, opened, read: () => read };
}

test('a reader that is slow makes nothing pile up, and one that goes away ends the reading', async () => {
  const endless = endlessArchive();
  await using gateway = await openGateway({ parts: { archive: endless.archive } });
  const { id } = await endedBatch(gateway, [['https://example.com/', Buffer.from('x')]]);
  await using open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 100 });
  const leaving = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${open.port}${path}/${id}/download`, {
    headers: { authorization: 'Bearer key-one' },
    signal: leaving.signal,
  });
  const reader = answer.body?.getReader() ?? assert.fail();
  await reader.read();
  let before = -1;
  // It stands still when the sockets are full.
  await eventually(() => {
    const now = endless.read();
    const stands = now === before;
    before = now;
    return stands;
  });
  assert.ok(endless.read() < 32 * 1024 * 1024, `${endless.read()} bytes are under way`);
  leaving.abort();
  await eventually(() => endless.opened.every(({ destroyed }) => destroyed));
});

test('an archive that fails in the middle breaks the ZIP off, and it is not whole', async () => {
  let asked = 0;
  const get = async () => {
    asked += 1;
    if (asked > 1) throw new Failure('storage_failed');
    return { body: Readable.from([Buffer.from('first')]), size: 5, mimeType: 'image/png' };
  };
  await using gateway = await openGateway({ parts: { archive: { get } } });
  const { id } = await endedBatch(gateway, [
    ['https://example.com/a', Buffer.from('a')],
    ['https://example.com/b', Buffer.from('b')],
  ]);
  await using open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 100 });
  const answer = await fetch(`http://127.0.0.1:${open.port}${path}/${id}/download`, { headers: { authorization: 'Bearer key-one' } });
  await assert.rejects(answer.bytes());
});
