import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ArtefactSchema, Cache, FindingsSchema, Priority, type Screenshot, ScreenshotStatus, Source } from '@shotwire/contract';
import { openGateway } from '../gateway.fixture.ts';

const extensions: Record<string, string> = { pdf: 'pdf', html: 'html', mhtml: 'mhtml', markdown: 'md', 'slice-2': 'webp' };

type Gateway = Awaited<ReturnType<typeof openGateway>>;

const signal = AbortSignal.timeout(60_000);
const path = (id: string, rest = '') => `/api/v1/screenshots/${id}${rest}`;
const alter = (gateway: Gateway, id: string, change: Partial<Screenshot>) =>
  Object.assign(gateway.intake.screenshots.get(id) as Screenshot, change);

/** A completed screenshot with a further result of each kind and a report. */
async function completeWithAll(gateway: Gateway): Promise<string> {
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  const kinds = {
    pdf: 'application/pdf',
    html: 'text/html',
    mhtml: 'multipart/related',
    markdown: 'text/markdown',
    'slice-2': 'image/webp',
  };
  const artefacts = Object.entries(kinds).map(([name, mimeType]) =>
    create(ArtefactSchema, {
      name,
      mimeType,
      key: `images/${id}.${name}.${extensions[name]}`,
      fileSize: 4n,
      width: name === 'slice-2' ? 640 : 0,
      height: 480,
    }),
  );
  for (const { key, mimeType, name } of artefacts)
    await gateway.archive.put({ key, body: Buffer.from(name.slice(0, 4)), mimeType, signal });
  const reportKey = `images/${id}.report.json`;
  await gateway.archive.put({ key: reportKey, body: Buffer.from('{"a": 1}'), mimeType: 'application/json', signal });
  alter(gateway, id, { artefacts, reportKey });
  return id;
}

test('a screenshot shows its further results, its report and what was found out', async () => {
  await using gateway = await openGateway();
  const id = await completeWithAll(gateway);
  const plain = (await gateway.ask('GET', path(id))).json;
  alter(gateway, id, {
    cache: Cache.HIT,
    priority: Priority.BATCH,
    findings: create(FindingsSchema, {
      challenge: true,
      httpStatus: 403,
      title: 'Just a moment',
      sha256: 'ab',
      finalUrl: 'https://example.com/x',
    }),
  });
  const { json } = await gateway.ask('GET', path(id));
  const own = `https://shots.example/base/api/v1/screenshots/${id}`;
  assert.deepEqual(json.artefacts[0], { name: 'pdf', mime_type: 'application/pdf', file_size: 4, url: `${own}/artefacts/pdf` });
  assert.deepEqual(json.artefacts[4], {
    name: 'slice-2',
    mime_type: 'image/webp',
    file_size: 4,
    width: 640,
    height: 480,
    url: `${own}/artefacts/slice-2`,
  });
  const { artefacts: _, report_url, ...rest } = plain;
  assert.equal(report_url, `${own}/report`);
  assert.deepEqual(json, {
    ...rest,
    priority: 'batch',
    cache: 'hit',
    artefacts: json.artefacts,
    report_url,
    verdicts: { blank: false, challenge: true, error_page: false, banner_removed: false, partial: false },
    final_url: 'https://example.com/x',
    http_status: 403,
    title: 'Just a moment',
    sha256: 'ab',
    perceptual_hash: null,
  });
  assert.ok(!JSON.stringify(json).includes('images/'), 'no key of the archive is shown');
});

test('what is no picture has no size in pixels, and a page that came with the wish no url', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make({ html: '<p>' });
  await gateway.complete(id, Buffer.from('%PDF'));
  const { image } = gateway.intake.screenshots.get(id) as Screenshot;
  Object.assign(image ?? {}, { width: 0, height: 0, mimeType: 'application/pdf' });
  alter(gateway, id, { source: Source.HTML });
  const { json } = await gateway.ask('GET', path(id));
  assert.deepEqual(
    [json.url, json.source, json.mime_type, 'width' in json, 'height' in json],
    [null, 'html', 'application/pdf', false, false],
  );
  assert.ok(!JSON.stringify(json).includes('<p>'));
  const got = await gateway.ask('GET', path(id, '/image'));
  assert.equal(got.headers['content-type'], 'application/pdf');
  assert.equal(got.headers['content-disposition'], undefined);
});

test('each further result comes with its type, by GET and HEAD, and is not sent twice', async () => {
  await using gateway = await openGateway();
  const id = await completeWithAll(gateway);
  const { status, headers, bytes } = await gateway.ask('GET', path(id, '/artefacts/slice-2'));
  assert.deepEqual([status, headers['content-type'], headers['content-length'], bytes.toString()], [200, 'image/webp', '4', 'slic']);
  assert.equal(headers.etag, `"${id}-slice-2"`);
  assert.equal(headers['content-disposition'], undefined);
  const head = await gateway.ask('HEAD', path(id, '/artefacts/slice-2'));
  assert.deepEqual([head.status, head.headers['content-length'], head.bytes.length], [200, '4', 0]);
  const again = await gateway.ask('GET', path(id, '/artefacts/slice-2'), { headers: { 'if-none-match': `"${id}-slice-2"` } });
  assert.equal(again.status, 304);
});

test("a stranger's page is handed over to be saved, and can do nothing in our name", async () => {
  await using gateway = await openGateway();
  const id = await completeWithAll(gateway);
  const types = { html: 'text/html; charset=utf-8', mhtml: 'multipart/related', markdown: 'text/markdown; charset=utf-8' };
  for (const [name, type] of Object.entries(types)) {
    const { headers } = await gateway.ask('GET', path(id, `/artefacts/${name}`));
    assert.equal(headers['content-type'], type);
    assert.equal(headers['content-disposition'], `attachment; filename="${id}-${name}.${extensions[name]}"`);
    assert.equal(headers['content-security-policy'], "sandbox; default-src 'none'");
    assert.equal(headers['x-content-type-options'], 'nosniff');
  }
  const { image } = gateway.intake.screenshots.get(id) as Screenshot;
  Object.assign(image ?? {}, { mimeType: 'image/svg+xml' });
  const { headers } = await gateway.ask('GET', path(id, '/image'));
  assert.equal(headers['content-security-policy'], "sandbox; default-src 'none'");
});

test('the report comes as it is stored, of a screenshot that failed too', async () => {
  await using gateway = await openGateway();
  const id = await completeWithAll(gateway);
  for (const status of [ScreenshotStatus.COMPLETED, ScreenshotStatus.FAILED]) {
    alter(gateway, id, { status });
    const got = await gateway.ask('GET', path(id, '/report'));
    assert.deepEqual([got.status, got.headers['content-type'], got.bytes.toString()], [200, 'application/json', '{"a": 1}']);
  }
  assert.equal((await gateway.ask('GET', path(id, '/artefacts/pdf'))).json.error.code, 'NO_IMAGE');
});

test('what is not there is said to be so: not yet, never, no more', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  const ask = async (rest: string, key = 'key-one') => {
    const { status, json } = await gateway.ask('GET', path(id, rest), { key });
    return [status, json.error.code];
  };
  for (const rest of ['/report', '/artefacts/pdf']) assert.deepEqual(await ask(rest), [404, 'NOT_READY']);
  await gateway.complete(id, Buffer.from('picture'));
  for (const rest of ['/report', '/artefacts/pdf', '/artefacts/toString']) assert.deepEqual(await ask(rest), [404, 'NOT_FOUND']);
  alter(gateway, id, { reportKey: 'images/none.json', artefacts: [create(ArtefactSchema, { name: 'pdf', key: 'images/none.pdf' })] });
  for (const rest of ['/report', '/artefacts/pdf']) assert.deepEqual(await ask(rest), [410, 'EXPIRED']);
  for (const rest of ['/report', '/artefacts/pdf']) assert.deepEqual(await ask(rest, 'key-two'), [404, 'NOT_FOUND']);
  const lapsed = await completeWithAll(gateway);
  await gateway.complete(lapsed, Buffer.from('picture'), { expiresMs: Date.now() - 1 });
  for (const rest of ['/report', '/artefacts/pdf']) assert.equal((await gateway.ask('GET', path(lapsed, rest))).json.error.code, 'EXPIRED');
});
